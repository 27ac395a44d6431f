"""Properties of one row, such as its language or length; ``every_row`` and ``share_of_rows`` hold outputs to them."""
