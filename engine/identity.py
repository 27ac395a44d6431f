"""What an operator *is*: its name and version, plus a hash of its source and of what it uses in our packages.

A version alone proves nothing: somebody may edit the function and forget it. The hash covers the module that defines the
operator and, transitively, every module of ours outside the engine that it imports, found by reading the source.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import Any

from .operator import Operator

_OUR_PACKAGE = __name__.split(".")[0]
_CONTRACTS = f"{_OUR_PACKAGE}.engine"


def lock_of(operator: Operator) -> str:
    """Return ``name@version+hash``, the identity that a locked pipeline holds."""
    return f"{operator.name}@{operator.version}+{source_hash(operator)[:16]}"


def source_hash(operator: Operator) -> str:
    """Return the SHA-256 over the operator's source and what it uses in our packages."""
    module = inspect.getmodule(_subject(operator))
    if module is None or not getattr(module, "__file__", None):
        raise TypeError(f"Operator `{operator.name}` has no source file, so it has no identity.")
    return _hash_of_module(module.__name__, str(module.__file__))


def _subject(operator: Operator) -> Any:
    """The function or class that was declared; for a derived filter, its measure's function."""
    return getattr(operator.implementation, "measured_by", operator.implementation)


@functools.lru_cache(maxsize=1024)
def _hash_of_module(name: str, file: str) -> str:
    digest = hashlib.sha256()
    for module_file in sorted(_reachable(name, file)):
        digest.update(Path(module_file).read_bytes())
    return digest.hexdigest()


def _reachable(name: str, file: str) -> set[str]:
    """The module's file and those of the modules of ours that it imports, directly or not."""
    found: set[str] = set()
    waiting = [(name, file)]
    while waiting:
        module, path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting.extend(_imports_of(module, path))
    return found


def _imports_of(module: str, file: str) -> list[tuple[str, str]]:
    loaded = sys.modules.get(module)
    package = getattr(loaded, "__package__", None) or module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return [(name, path) for name in sorted(names) if _is_operator_code(name) and (path := _file_of(name))]


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    return importlib.util.resolve_name("." * node.level + (node.module or ""), package)


def _is_operator_code(name: str) -> bool:
    return name.startswith(f"{_OUR_PACKAGE}.") and not name.startswith(_CONTRACTS)


def _file_of(name: str) -> str | None:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return spec.origin if spec is not None and spec.origin and spec.origin.endswith(".py") else None
