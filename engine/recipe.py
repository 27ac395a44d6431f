"""How to get an operator again in another process: by importing its module, or from the source of its file."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, TypeAlias

from .declare import OPERATOR_ATTRIBUTE
from .derive import declared_subject
from .operator import Operator


class OperatorOrigin(NamedTuple):
    """Where an operator was declared. ``file`` and ``content`` are given for a module that no import finds."""

    module: str
    name: str
    source: str
    file: str = ""
    content: bytes = b""


Recipe: TypeAlias = tuple[OperatorOrigin, ...]
"""What a registry is made of, to be made again elsewhere; it can be pickled."""


def origin_of(operator: Operator) -> OperatorOrigin | None:
    """Return where another process finds the operator, or ``None`` when it cannot.

    It cannot where the operator was declared inside a function or in ``__main__``, or altered after its declaration.
    """
    subject = declared_subject(operator)
    module, name = sys.modules.get(subject.__module__), getattr(subject, "__qualname__", "")
    if module is None or module.__name__ == "__main__":
        return None
    declared = getattr(getattr(module, name, None), OPERATOR_ATTRIBUTE, None)
    if declared is None or declared.implementation is not subject:
        return None
    if operator.measure is None and replace(declared, source=operator.source) != operator:
        return None
    if _is_imported_from_path(module):
        return OperatorOrigin(module.__name__, name, operator.source)
    file = Path(module.__file__ or "")
    if not file.is_file():
        return None
    return OperatorOrigin(module.__name__, name, operator.source, str(file), file.read_bytes())


def operator_at(origin: OperatorOrigin) -> Operator:
    """Return the operator (for a derived filter, its measure) that was declared at ``origin``."""
    module = _module_of_file(origin) if origin.file else importlib.import_module(origin.module)
    declared: Operator = getattr(getattr(module, origin.name), OPERATOR_ATTRIBUTE)
    return replace(declared, source=origin.source)


def _is_imported_from_path(module: ModuleType) -> bool:
    """Whether a process with the same search path that imports the module's name gets the same file."""
    parent = module.__name__.rpartition(".")[0]
    within = getattr(sys.modules.get(parent), "__path__", None) if parent else None
    if parent and within is None:
        return False
    if parent and not _is_imported_from_path(sys.modules[parent]):
        return False
    for finder in sys.meta_path:
        spec = finder.find_spec(module.__name__, within)
        if spec is not None:
            return spec.origin == getattr(module, "__file__", None)
    return False


def _module_of_file(origin: OperatorOrigin) -> ModuleType:
    """Load the module from its file or, where that is not here or another one, from its shipped content."""
    if origin.module in sys.modules:
        return sys.modules[origin.module]
    path = Path(origin.file)
    if not (path.is_file() and path.read_bytes() == origin.content):
        folder = Path(tempfile.gettempdir()) / f"corpusmith-{hashlib.sha256(origin.content).hexdigest()[:16]}"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / path.name
        path.write_bytes(origin.content)
    spec = importlib.util.spec_from_file_location(origin.module, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{origin.module} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[origin.module] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[origin.module]
        raise
    return module
