"""What can be said of a pipeline before a row is read: problems, warnings and estimates.

Start with ``static_check.py``, which finds every problem at once; ``lint.py`` warns, ``estimate.py`` counts the calls of models.
"""
