"""Finished work on disk: a stage is there whole or not at all, under a name that is the hash of all that decides it.

What lives here: the tables of stages, their logs and ledgers, what a stage is named by, and how one is run from its
segments. What does not: the order of stages (``executor.py`` above). Start with ``stage.py`` and ``stage_runner.py``.
"""
