"""The rule-based brain: what the four roles can do without any model.

What lives here: ``reading``, which turns a plain-English spec into criteria by tables. What does not: the checks and
their phrase tables (``tools.checks``), and whatever needs a model. Start with ``reading/reader.py``.
"""
