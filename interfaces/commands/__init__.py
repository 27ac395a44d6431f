"""One module per command; ``cli.py`` declares their options and calls them."""
