"""Running a pipeline: row-local steps fused over streamed batches, dataset steps as barriers that spill to disk.

Start with ``executor.py``, which cuts a pipeline into stages, and ``stage_runner.py``, which runs one. ``stage_stream.py``
cuts the row-local steps of a stage into segments: ``local_segment.py`` in this process, ``pooled_segment.py`` in workers,
``model_segment.py`` at models. The steps themselves are in ``value_steps.py``, ``expand_step.py`` and ``frame_step.py``,
dataset steps in ``selection.py``, ``derivation.py`` and ``fitting.py``; ``pending.py`` and ``topping_up.py`` are about top-ups.
``stage_book.py`` finds or makes stages, ``stage_facts.py`` says what names them besides their steps. ``ledger.py`` holds every step to account for every row,
``stage.py`` keeps finished work under its fingerprint, and ``outputs.py`` writes what people get.
"""
