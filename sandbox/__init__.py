"""Runs code that nobody has read yet, contained by the kernel.

What lives here: looking at what a machine offers for that (``availability.py``), and the tiers that use it. What does not:
what the code is asked to do, and who may ask (``engine``, ``tools``). Start with ``availability.py``.
"""
