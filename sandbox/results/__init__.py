"""Takes what confined code left, after nothing of the code is left.

What lives here: copying files with fixed names out of the folder (``collection.py``) and looking whether Parquet and JSON keep
to their caps (``contents.py``). Nothing is unpickled or unpacked, and no link is followed. Start with ``collection.py``.
"""
