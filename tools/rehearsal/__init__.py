"""The rehearsal: a pipeline on a small, nasty sample before it sees all data. Start with ``sample.py``."""
