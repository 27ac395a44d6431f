"""What the signature of a declared function says: its columns, its parameters, and what it asks the engine for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, create_model

from .annotated_types import column_type_of, holds_models
from .columns import Columns, WholeRowMarker, strip_optional
from .context import Context
from .operator import Artifact, FrameType, Kind, Params, Rows

_FRAMES: dict[tuple[str, str], FrameType] = {
    ("pandas", "DataFrame"): "pandas",
    ("polars", "DataFrame"): "polars",
    ("pyarrow", "Table"): "arrow",
}
"""By package and class, so that nothing is imported for an operator that takes no frame."""


@dataclass(frozen=True)
class Signature:
    """A function's parameters by what they are. ``columns`` are the positional ones that are filled from the data."""

    function: Callable[..., Any]
    hints: dict[str, Any]
    columns: tuple[str, ...]
    artifacts: tuple[str, ...]
    takes_context: bool

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Signature:
        """Return the signature of a function; raises ``TypeError`` for one that is no operator's."""
        hints = get_type_hints(function, include_extras=True)
        arguments = inspect.signature(function).parameters.values()
        given = [a.name for a in arguments if hints.get(a.name) in (Context, Artifact)]
        positional = [a.name for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
        made = cls(
            function,
            hints,
            columns=tuple(name for name in positional if name not in given),
            artifacts=tuple(name for name in given if hints[name] is Artifact),
            takes_context=any(hints[name] is Context for name in given),
        )
        made._assert_sound([a.name for a in arguments])
        return made

    @property
    def frame_type(self) -> FrameType | None:
        """The kind of frame that the function takes, if it takes one."""
        annotation = self.hints[self.columns[0]]
        package = str(getattr(annotation, "__module__", "")).partition(".")[0]
        return _FRAMES.get((package, str(getattr(annotation, "__name__", ""))))

    @property
    def takes_row(self) -> bool:
        """Whether the function takes a whole ``Row``."""
        return any(_is_row(self.hints[name]) for name in self.columns)

    @property
    def nullable(self) -> frozenset[str]:
        """The columns of which the function takes null."""
        return frozenset(name for name in self.columns if strip_optional(self.hints[name])[1])

    def reads(self) -> Columns:
        """Return the columns of a value form with their types; none of its own for one over a ``Row``."""
        return {} if self.takes_row else {name: column_type_of(self.hints[name]) for name in self.columns}

    def writes(self, kind: Kind, rows: Rows, reads: Columns) -> Columns:
        """Return what an operator writes that does not say so: a refinement what it reads, others a column of its name."""
        returned = column_type_of(self.hints.get("return"))
        if rows == "filter" or not (reads or self.takes_row):
            return {}
        if kind == "refine" and reads:
            return {next(iter(reads)): returned} if rows == "map" else dict(reads)
        return {self.function.__name__: returned}

    def params(self) -> type[Params]:
        """Return the model of the keyword-only parameters."""
        fields: dict[str, Any] = {}
        for argument in inspect.signature(self.function).parameters.values():
            if argument.kind is argument.KEYWORD_ONLY and self.hints[argument.name] not in (Context, Artifact):
                default = ... if argument.default is argument.empty else argument.default
                fields[argument.name] = (self.hints[argument.name], default)
        return create_model(f"{self.function.__name__}_params", __base__=Params, **fields)

    def implementation(self) -> Callable[..., Any]:
        """Return the function as the engine calls it: artifacts come in by the context, pydantic models go out as dicts."""
        function = self.function
        if holds_models(self.hints.get("return")):
            function = _giving_plain_values(function)
        return _given_artifacts(function, self.artifacts, self.takes_context) if self.artifacts else function

    def _assert_sound(self, arguments: Sequence[str]) -> None:
        name = self.function.__name__
        if self.takes_context and self.hints.get("context") is not Context:
            raise TypeError(f"Operator `{name}` must call its context parameter `context`.")
        if not self.columns:
            raise TypeError(f"Operator `{name}` reads no column: give it a positional parameter.")
        unsaid = [argument for argument in arguments if argument not in self.hints]
        if unsaid:
            raise TypeError(f"Operator `{name}` does not say what `{unsaid[0]}` is: annotate it.")
        if self.takes_row and len(self.columns) > 1:
            raise TypeError(f"Operator `{name}` takes a whole row, which has every column: take no other column.")


def _is_row(annotation: Any) -> bool:
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return any(isinstance(mark, WholeRowMarker) for mark in marks)


def _given_artifacts(function: Callable[..., Any], names: Sequence[str], takes_context: bool) -> Callable[..., Any]:
    """The function with its artifacts taken from the context."""

    @functools.wraps(function)
    def call(*columns: Any, context: Context, **settings: Any) -> Any:
        settings.update({name: context.artifacts[name] for name in names})
        return function(*columns, **settings, **({"context": context} if takes_context else {}))

    return call


def _giving_plain_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with the pydantic models in what it returns turned into dicts, which columns and journals hold."""
    plain = TypeAdapter(Any).dump_python

    @functools.wraps(function)
    def call(*columns: Any, **settings: Any) -> Any:
        return plain(function(*columns, **settings))

    @functools.wraps(function)
    async def call_later(*columns: Any, **settings: Any) -> Any:
        return plain(await function(*columns, **settings))

    return call_later if inspect.iscoroutinefunction(function) else call
