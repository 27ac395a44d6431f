"""The faces of Corpusmith: thin renderers of one event stream, and the commands.

``cli.py`` is the command line; each command stands in ``commands`` and is imported only when it is called, so that
``--help`` stays quick. ``rendering`` turns events into text. What does not live here: any decision.
"""
