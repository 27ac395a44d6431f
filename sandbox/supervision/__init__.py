"""Watches a confined tree of processes from outside, and ends it.

What lives here: the supervisor (one thread per tree), what the tree uses, its output streams, and how its end is named. What
does not: starting it (``launch``) and taking its results (``results``). Start with ``supervisor.py``.
"""
