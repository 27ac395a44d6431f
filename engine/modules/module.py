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
    cannot be the parameters' names. A parameter with ``inline`` rows needs no data from outside.
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
        from ..checking.static_check import check_pipeline

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
    tables, sources = _tables_of(module)
    return trace_forward(module.forward, tables, {**module.keywords(), "sources": sources}, names, registry)


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


def _tables_of(module: Module) -> tuple[list[str], list[str]]:
    """The table of each parameter of ``forward``, and those of them that are sources of the pipeline."""
    name, keywords = type(module).__name__, module.keywords()
    if type(module).forward is Module.forward:
        raise UserError(f"`{name}` has no `forward`.", fix="Write one that returns the datasets to write.")
    parameters = list(inspect.signature(module.forward).parameters.values())
    loose = [one.name for one in parameters if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.KEYWORD_ONLY)]
    if loose:
        raise UserError(
            f"`{name}.forward` has the parameter `{loose[0]}`, which is no source.",
            "Each parameter of `forward` is one source, so it is positional and has a name.",
        )
    inline, sources = keywords.get("inline", {}), keywords.get("sources")
    if sources is None:
        names = [one.name for one in parameters]
        return names, [each for each in names if each not in inline]
    tables = [*sources, *(each for each in inline if each not in sources)]
    if len(tables) != len(parameters):
        raise UserError(
            f"`{name}` names {len(tables)} sources, and its `forward` takes {len(parameters)}.",
            fix="Give `forward` one parameter per source, then one per table of inline rows that is no source.",
        )
    return tables, list(sources)
