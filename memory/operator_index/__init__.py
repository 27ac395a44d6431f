"""Finds the operators that serve a need in plain words, or says that none does.

``documents.py`` writes one short document per operator, ``words.py`` and ``concepts.yaml`` bridge paraphrases,
``embedder.py`` turns texts into vectors without a model, ``storage.py`` keeps them in Chroma and ``ranking.py`` fuses
dense and BM25 scores. Start with ``index.py``. What a plan does with the hits is not decided here.
"""
