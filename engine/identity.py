"""What an operator *is*: its name and version, plus a hash of its source and of what it uses in its package and ours.

A version alone proves nothing: somebody may edit the function and forget it. The hash covers the module that defines the
operator and, transitively, every module outside the engine that it imports from its own package or from ours, found by
reading the source, and the data files beside those modules whose names stand in them. Where the files lie does not count.
Of the engine it covers what makes requests of prompts, for operators that use them: it decides what a model is asked.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from . import derive
from .isolation.code import UnreadCode
from .operator import Operator

_OUR_PACKAGE = __name__.partition(".")[0]
_CONTRACTS = __name__.rpartition(".")[0]
_ASKS_MODELS = frozenset({f"{_CONTRACTS}.prompts", f"{_CONTRACTS}.fencing"})
_FILE_NAME = re.compile(r"[\w-][\w./-]{0,200}")


def lock_of(operator: Operator) -> str:
    """Return ``name@version+hash``, the identity that a locked pipeline holds."""
    return f"{operator.name}@{operator.version}+{source_hash(operator)[:16]}"


def source_hash(operator: Operator) -> str:
    """Return the SHA-256 over the operator's source and what it uses in its package and ours.

    Code that nobody has read is known by its text. Raises ``TypeError`` for an operator that comes from no file.
    """
    if isinstance(operator.implementation, UnreadCode):
        return operator.implementation.hash
    digest = hashlib.sha256()
    for name, path in sorted(_modules_of(operator).items()):
        for part, content in _contents(name, path):
            digest.update(b"%s\0%d\0" % (part.encode(), len(content)) + content)
    return digest.hexdigest()


def imported_packages(operator: Operator) -> set[str]:
    """Return the top-level packages, other than its own and ours, that the operator's modules import.

    Of code that nobody has read they are not known. Raises ``TypeError`` for an operator that comes from no file.
    """
    if isinstance(operator.implementation, UnreadCode):
        return set()
    imported = {
        name.partition(".")[0]
        for path in _modules_of(operator).values()
        for level, module, names in _read(_source(path)).imports
        if not level
        for name in ([module] if module else names)
    }
    return imported - {_OUR_PACKAGE, _subject_of(operator).__module__.partition(".")[0]}


def _subject_of(operator: Operator) -> Any:
    return inspect.unwrap(derive.declared_subject(operator))


def _modules_of(operator: Operator) -> dict[str, Path]:
    """The modules that the operator uses in its package and ours, by name."""
    subject = _subject_of(operator)
    try:
        modules = _reachable(subject.__module__, Path(inspect.getfile(subject)))
    except (OSError, TypeError) as error:
        raise TypeError(f"Operator `{operator.name}` has no source file, so it has no identity.") from error
    if operator.measure is not None:
        modules[derive.__name__] = Path(str(derive.__file__))
    return modules


def _contents(module: str, path: Path) -> Iterator[tuple[str, bytes]]:
    """The module's source and the data files beside it that it names, each with a name that no checkout changes."""
    source = _source(path)
    yield module, source
    for text in _read(source).texts:
        beside = path.parent / text
        if beside.is_file():
            yield f"{module}/{text}", beside.read_bytes()
        elif beside.is_dir() and not (beside / "__init__.py").exists():
            for inside in sorted(file for file in beside.rglob("*") if file.is_file()):
                yield f"{module}/{inside.relative_to(path.parent).as_posix()}", inside.read_bytes()


def _source(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")


def _reachable(name: str, file: Path) -> dict[str, Path]:
    """The operator's module (without its name, which may come from its place) and those that it imports, by name."""
    packages = {_OUR_PACKAGE, name.partition(".")[0]}
    found: dict[str, Path] = {}
    waiting = [("", name, file)]
    while waiting:
        label, module, path = waiting.pop()
        if label in found:
            continue
        found[label] = path
        for other in _imported(_source(path), module if path.name == "__init__.py" else module.rpartition(".")[0]):
            ours = other.partition(".")[0] in packages and other != name and _is_operator_code(other)
            if ours and (at := _file_of(other)):
                waiting.append((other, other, at))
    return found


def _imported(source: bytes, package: str) -> Iterator[str]:
    """The names of the modules that a source may import; of ``from a import b`` both ``a`` and ``a.b``."""
    for level, module, names in _read(source).imports:
        base = _absolute(level, module, package)
        yield from [base, *(f"{base}.{name}" for name in names)] if base else names


class _Read(NamedTuple):
    """What the source of a module names: what it imports (level, module, names), and texts that may be file names."""

    imports: tuple[tuple[int, str, tuple[str, ...]], ...]
    texts: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def _read(source: bytes) -> _Read:
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    texts: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imports.append((0, "", tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.level, node.module or "", tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE_NAME.fullmatch(node.value):
            texts.add(node.value)
    return _Read(tuple(imports), tuple(sorted(texts)))


def _absolute(level: int, module: str, package: str) -> str:
    if not level:
        return module
    try:
        return importlib.util.resolve_name("." * level + module, package)
    except ImportError:
        return ""


def _is_operator_code(name: str) -> bool:
    return name in _ASKS_MODELS or (name != _CONTRACTS and not name.startswith(f"{_CONTRACTS}."))


def _file_of(name: str) -> Path | None:
    loaded = getattr(sys.modules.get(name), "__file__", None)
    if loaded is None:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            return None
        loaded = spec.origin if spec is not None else None
    return Path(loaded) if loaded and loaded.endswith(".py") else None
