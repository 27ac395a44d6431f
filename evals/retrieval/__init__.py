"""How well the operator index finds operators: needs in people's words, and a measure over them.

``needs.jsonl`` holds needs with the operators that serve them, ``unserved.jsonl`` needs that no operator serves. Half of
each is marked ``tune`` (thresholds and the concept table may look at it), half ``held_out`` (reported apart).
Start with ``measure.py``, or run ``python -m corpusmith.evals.retrieval``.
"""
