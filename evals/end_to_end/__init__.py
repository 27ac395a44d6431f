"""Whole specs over real inputs: how often the dataset is right, and above all how often ``verified`` is wrong.

``tasks`` holds one folder per spec: what a person asks for (``spec.md``), what to expect (``task.yaml``), a grader that
reads the finished dataset and the input alone, a reference solution and outputs that are wrong on purpose. ``inputs``
builds the inputs, ``grading`` is what the graders share. Nothing in here imports what it measures: the command line is
started as a person starts it. Begin with ``measure.py`` or run ``python -m corpusmith.evals.end_to_end``.
"""
