"""Running a pipeline: row-local steps fused over streamed batches, dataset steps as barriers that spill to disk.

Start with ``executor.py``, which cuts a pipeline into stages. ``stages`` keeps finished work under its fingerprint and runs a
stage, ``segments`` says where its steps run (here, in workers, at models), ``steps`` what they do to rows. ``ledger.py`` holds
every step to account for every row, and ``outputs.py`` writes what people get.
"""
