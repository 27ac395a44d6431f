"""How fast the engine and the gateway are and how much memory they take, as ratios in one run wherever that is possible.

Each file measures one thing and has ``measure`` and ``text``. Start with ``__main__.py``, which names them all.
"""
