"""What confined code may see of this machine: the interpreter, its environment, the C library, and our package's ground floors."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]
_VISIBLE_PARTS = ("__init__.py", "engine", "operator_library", "sandbox")
"""Not what checks the results, nor what remembers or talks to people."""
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime")
_SHARED_PREFIXES = ("/", "/usr", "/usr/local")
"""Prefixes that hold more than Python; of these, only the interpreter and its libraries are shown."""
INTERPRETER_FLAGS = ("-I", "-B", "-X", "utf8")


def interpreter() -> str:
    """Return the path of the interpreter as it was started, so that it finds its virtual environment again."""
    return sys.executable


def visible_paths() -> list[str]:
    """Return the existing paths that are shown read-only, outer ones first, none below another. Links are their own path."""
    wanted = {Path(path) for path in (*_SYSTEM, *_python_paths(), *_package_paths()) if Path(path).exists()}
    return sorted(str(path) for path in wanted if not any(parent in wanted for parent in path.parents))


def _python_paths() -> Iterator[str]:
    for prefix in dict.fromkeys((sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)):
        if prefix not in _SHARED_PREFIXES:
            yield prefix
            continue
        for name in ("stdlib", "platstdlib", "purelib", "platlib"):
            yield sysconfig.get_path(name, vars={"base": prefix, "platbase": prefix})
    executable = Path(sys.executable)
    yield str(executable)
    yield str(executable.resolve())
    while executable.is_symlink():
        executable = executable.parent / executable.readlink()
        yield str(executable)


def _package_paths() -> Iterator[str]:
    """The floors of our package that confined code may import; in a checkout they are links, and where they lead is needed too."""
    for part in _VISIBLE_PARTS:
        yield str(_PACKAGE / part)
        yield str((_PACKAGE / part).resolve())
