"""The models by role, and where every setting comes from. Start with ``config.py``."""
