"""``Module``: a pipeline as a class whose ``forward`` composes operators, and its tracing into a ``Pipeline``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from ..errors import UserError
from ..pipeline import Pipeline
from ..registry import Registry
from .assembly import trace_forward
from .calls import OperatorCall
from .symbols import Dataset


def _no_forward(self: Module, *given: Any) -> Any:
    raise NotImplementedError(type(self).__name__)


class Module:
    """A pipeline, or a part of one, as a class::

        class Clean(Module, name="clean text"):
            def __init__(self) -> None:
                self.normalize = operators.normalize_whitespace()
                self.length = operators.word_count_filter(min=20)

            def forward(self, rows: Dataset) -> Dataset:
                return self.length(self.normalize(rows))

    The names of attributes become step ids, the parameters of ``forward`` the sources, and what it returns (a dataset, or
    a dict or named tuple of several) the tables that are written. Modules may hold modules. The keywords of the class are
    those of the pipeline: ``name``, ``seed``, ``models`` by role, ``inline`` rows by source, and ``sources`` where they
    cannot be the parameters' names.
    """

    forward: Callable[..., Any] = _no_forward
    __keywords: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(
        cls,
        *,
        name: str | None = None,
        seed: int | None = None,
        models: Mapping[str, str] | None = None,
        sources: Sequence[str] | None = None,
        inline: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        given = {"name": name, "seed": seed, "models": models, "sources": sources, "inline": inline}
        cls.__keywords = {**cls.__keywords, **{key: value for key, value in given.items() if value is not None}}
        super().__init_subclass__()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("forward", "pipeline", "keywords"):
            raise UserError(f"A step cannot be called `{name}`.", "A Module has a method of that name.", "Rename it.")
        super().__setattr__(name, value)

    def __call__(self, *given: Dataset, **named: Dataset) -> Any:
        """Compose this module into the ``forward`` of another."""
        return self.forward(*given, **named)

    def pipeline(self, registry: Registry) -> Pipeline:
        """Return the pipeline; raises ``UserError`` listing every problem that needs no columns to be seen."""
        from ..static_check import check_pipeline

        made = trace(self, registry)
        problems = check_pipeline(made, registry)
        if problems:
            raise UserError(f"The pipeline `{made.name}` cannot run.", "\n".join(f"- {one}" for one in problems))
        return made

    @classmethod
    def keywords(cls) -> dict[str, Any]:
        """Return what the class says of the pipeline besides its steps."""
        return {"name": cls.__name__, **cls.__keywords}


def trace(module: Module, registry: Registry | None = None) -> Pipeline:
    """Call ``forward`` once with symbols and return the pipeline, unchecked.

    ``registry`` says which tables operators read and give; without it only operators on the one table ``rows`` can be
    called by position. Raises ``UserError`` for a ``forward`` that looks at rows or that connects what cannot be connected.
    """
    names = {id(call): name for name, call in _calls_of(module, "", set())}
    return trace_forward(module.forward, {**module.keywords(), "sources": _sources_of(module)}, names, registry)


def _calls_of(holder: object, path: str, seen: set[int]) -> Iterator[tuple[str, OperatorCall]]:
    """The operators that stand in attributes, lists and dicts of a module, each with its path as its name."""
    if id(holder) in seen:
        return
    if isinstance(holder, OperatorCall):
        seen.add(id(holder))
        yield path, holder
        return
    children: Iterator[tuple[Any, Any]] | None = None
    if isinstance(holder, Module):
        children = iter(vars(holder).items())
    elif isinstance(holder, Mapping):
        children = iter(holder.items())
    elif isinstance(holder, list | tuple):
        children = iter(enumerate(holder))
    if children is None:
        return
    seen.add(id(holder))
    for name, child in children:
        yield from _calls_of(child, f"{path}.{name}" if path else str(name), seen)


def _sources_of(module: Module) -> list[str]:
    if type(module).forward is Module.forward:
        raise UserError(
            f"`{type(module).__name__}` has no `forward`.", fix="Write one that returns the datasets to write."
        )
    parameters = list(inspect.signature(module.forward).parameters.values())
    loose = [one.name for one in parameters if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.KEYWORD_ONLY)]
    if loose:
        raise UserError(
            f"`{type(module).__name__}.forward` has the parameter `{loose[0]}`, which is no source.",
            "Each parameter of `forward` is one source, so it is positional and has a name.",
        )
    named = module.keywords().get("sources")
    if named is not None and len(named) != len(parameters):
        raise UserError(
            f"`{type(module).__name__}` names {len(named)} sources, and its `forward` takes {len(parameters)}.",
            fix="Give `forward` one parameter per source.",
        )
    return list(named) if named is not None else [one.name for one in parameters]
