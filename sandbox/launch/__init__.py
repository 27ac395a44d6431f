"""Starts a process behind a wall.

What lives here: the command of each tier (``bubblewrap.py``, ``landlock.py``), what the process may see (``runtime.py``), giving
up root (``descent.py``), and the first code that runs inside (``entry.py``), which confines itself before it runs anything
that nobody has read. What does not: watching it (``supervision``). Start with ``job.py``.
"""
