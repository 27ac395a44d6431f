"""The profile of an input: what a first look finds, before any contract. Start with ``profile.py``."""
