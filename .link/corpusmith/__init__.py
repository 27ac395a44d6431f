"""Corpusmith turns a plain-language spec into a verified dataset.

The packages stand at the top of the repository and are linked in here. Start with
``corpusmith.engine`` (datasets, operators, pipelines), ``corpusmith.tools`` (contracts and
checks) and ``corpusmith.agents`` (the state machine that joins them).
"""

__version__ = "0.1.0"
