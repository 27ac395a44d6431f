"""Running a pipeline: row-local steps fused over streamed batches, dataset steps as barriers that spill to disk.

Start with ``executor.py``, which cuts a pipeline into stages, and ``stage_runner.py``, which runs one. Row-local steps are
in ``value_steps.py``, ``expand_step.py`` and ``frame_step.py``, dataset steps in ``selection.py`` and ``derivation.py``.
``ledger.py`` holds every step to account for every row, ``stage.py`` keeps finished work under its fingerprint, and
``outputs.py`` writes what people get.
"""
