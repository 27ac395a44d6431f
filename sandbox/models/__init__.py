"""The way to a model for confined code: one inherited socket, over which requests and answers travel as JSON.

What lives here: the broker outside (``broker.py``) and what a script imports inside (``inside.py``). What does not: what may be
asked, and the models (``GuardedModels`` of the engine's gateway). The key, the address and the model's name never enter.
"""
