"""The contract: criteria with the words they come from, the gates that they pass, and the hash that freezes them.

``model.py`` is its shape; ``feasibility.py`` and ``mutation.py`` are the gates before freezing.
"""
