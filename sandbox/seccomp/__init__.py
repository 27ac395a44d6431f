"""The filter of system calls, built here as a BPF program for the kernel; nothing but ``struct`` is needed.

What lives here: the table of calls (``calls.py``) and the program made of it (``program.py``). What does not: handing it to
the kernel (``kernel.py``), which the code that is confined does to itself. Start with ``program.py``.
"""
