"""Looks at the machine for ``corpusmith doctor``: packages, workspace, sandbox, model endpoint, disk.

Everything here works offline, changes nothing, and must not import what it may find missing: no slow library, nothing of
the engine but its errors. Start with ``finding.py``.
"""
