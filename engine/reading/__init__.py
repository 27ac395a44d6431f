"""Reading of data: files, folders and in-memory rows become a ``Source`` of Arrow batches with row identities.

What lives here: one reader per format, the decision of every column's type from the whole input, and the quarantine of
what cannot be read. What does not: writing (``writing``), and any operator. Start with ``source.py`` and ``opening.py``;
a new format is a class that implements ``Format`` (``format.py``) and a line in ``formats.py``.
"""

from .memory import source_of_batches, source_of_rows
from .opening import open_source
from .source import Source, SourceFile

__all__ = ["Source", "SourceFile", "open_source", "source_of_batches", "source_of_rows"]
