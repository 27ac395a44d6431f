"""Answers that need no endpoint: the cache on disk, and recordings to replay. Start with ``cache.py``."""
