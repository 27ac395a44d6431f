"""The inputs of the tasks, built by small deterministic scripts into a folder of the caller's.

``standard_library_docs`` needs nothing; ``multilingual`` and ``instructions`` take real texts from the folder that
``CORPUSMITH_EVAL_DATA`` names and plant known faults in them. What was planted can be asked of the same modules, so no
answer key lies beside an input. Start with ``catalogue.py``.
"""
