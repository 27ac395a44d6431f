"""Steps with code that nobody has read yet: a worker process behind a wall applies them, and its answers are checked.

What lives here: the protocol of the wall (``wall.py``), the frames that travel over two inherited pipes, the worker's side and
the engine's side. What does not: the walls themselves; the sandbox brings them, and ``plain_wall.py`` is none, for trusted
code and for tests. Start with ``isolated_step.py``.
"""
