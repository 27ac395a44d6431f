"""Measures: how good the results are, as numbers with their n and intervals.

``end_to_end`` runs whole specs and grades the datasets with graders that know nothing of the system. ``retrieval``
measures the operator index. Tests that must hold at every commit live in ``tests``, not here. A suite is started with
``python -m corpusmith.evals.NAME``; what it writes goes to ``evals/results``, which git ignores.
"""
