"""Runs code that nobody has read yet, contained by the kernel.

What lives here: the tiers (``launch``), the supervisor outside (``supervision``), taking results (``results``), the filter of
system calls (``seccomp``), and the proof that it holds here (``probe.py``). What does not: what the code is asked to do, and
who may ask (``engine``, ``tools``). ``CONTAINMENT.md`` says what each tier does not stop. Start with ``opening.py``.
"""
