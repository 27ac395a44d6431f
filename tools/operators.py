"""The operators of a run: the library's, those of installed packages, and those of the workspace; and how to find one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .. import operator_library
from ..engine.registry import Registry
from ..memory.operator_index.embedder import HashedEmbedder
from ..memory.operator_index.index import OperatorIndex
from ..memory.workspace import Workspace

_NEAREST = 3


def load_registry(workspace: Workspace | None = None) -> Registry:
    """Return all operators; raises ``UserError`` for a workspace file that cannot be loaded or a name taken twice."""
    registry = Registry()
    registry.add_package(operator_library)
    registry.add_entry_points()
    if workspace is not None:
        registry.add_folder(workspace.operators)
    return registry


def open_index(workspace: Workspace, registry: Registry) -> OperatorIndex:
    """Return the retrieval index over ``registry``, built or rebuilt where it is not up to date."""
    return OperatorIndex.open(workspace.index, list(registry), HashedEmbedder())


def nearest_operators(workspace: Workspace, registry: Registry) -> Callable[[str], Sequence[str]]:
    """Return a function from words to the names of the nearest operators, none when nothing fits."""
    opened: list[OperatorIndex] = []

    def nearest(words: str) -> Sequence[str]:
        if not opened:
            opened.append(open_index(workspace, registry))
        found = opened[0].search(words, k=_NEAREST)
        return [] if found.nothing_fits else [hit.name for hit in found.hits]

    return nearest
