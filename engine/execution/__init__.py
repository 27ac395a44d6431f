"""Running a pipeline: row-local steps fused over streamed batches, dataset steps as barriers that spill to disk.

Start with ``executor.py``. ``row_step.py`` and ``dataset_step.py`` turn a step of a pipeline into something that can be
applied, ``ledger.py`` holds every step to account for every row, ``stage.py`` keeps finished work under its fingerprint.
"""
