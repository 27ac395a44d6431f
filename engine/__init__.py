"""The engine: datasets, operators, pipelines, the executor. It imports nothing else of ours.

What lives here: the contracts that every other package speaks (``Operator``, ``Pipeline``, ``Context``, events, errors),
reading and writing of data, and the executor with its row ledger. What does not: any particular operator
(``operator_library``), any check (``tools``). Start with ``operator.py``, then ``pipeline.py``.
"""
