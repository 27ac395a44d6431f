"""Steps of a pipeline as things that are applied to rows.

What lives here: the row-local steps of every form, batch by batch, and the dataset steps that see all rows; what becomes of
each row in them. What does not: where and when they run (``segments``, ``stages``). Start with ``outcome.py`` and
``row_steps.py``; ``selection.py``, ``derivation.py`` and ``fitting.py`` are the dataset steps.
"""
