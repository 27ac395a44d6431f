"""Ready-made pipelines: YAML files that run by name, such as ``clean-text``.

What lives here: one file per pipeline, its first comment line what it does, the comments below what to change. What does
not: locks; a shipped pipeline takes the operators as they are, and each run locks what it ran. Start with ``shipped.py``.
"""
