"""Verification: the contract measured on what a run left on disk, by a process that shares nothing with the run.

What lives here: reading the output, the input and the lineage from files; measuring every check; the child process; and
the status that follows. What does not: the checks themselves (``tools/checks``), and operators of a workspace, which are
never imported here. Start with ``process.py`` and ``measure.py``.
"""
