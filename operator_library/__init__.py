"""The operator library: everything that Corpusmith can do to a row or a table, by domain.

What lives here: operators, one idea per file, in a folder per domain (``core``, ``text``, ...). What does not: how
they are run (``engine``), how they are found and checked (``tools``). The library imports the engine alone; models,
sandboxes and databases reach an operator through its ``Context``. Start with ``core/columns.py`` and ``core/values.py``.
"""
