"""The decorators that turn a function or a class into an ``Operator``; its annotations choose the form.

* a function over plain values is the **value form**: ``def word_count(text: str, *, language: str = "en") -> int``.
  Positional parameters are columns, keyword-only ones are parameters. A parameter annotated ``Context`` gets the context,
  one annotated ``Artifact`` what an earlier step fitted.
* a function over one pandas, polars or Arrow frame is the **frame form**.
* a class is the **dataset form** (``SelectionOperator``, ``DatasetOperator`` or ``FitOperator``), with its parameters in a
  class ``Params``; artifacts that it uses are named in ``artifacts_in`` and found in its context.

An ``evaluate`` operator in value form also yields its filter (``derive.py``): a measure is written once.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, get_type_hints

from pydantic import create_model

from .columns import Columns, strip_optional, type_of_annotation
from .context import Context
from .operator import (
    Artifact,
    DatasetOperator,
    Example,
    FitOperator,
    FrameType,
    Kind,
    Operator,
    Params,
    Phase,
    Rows,
    SchemaRule,
    SelectionOperator,
)

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[SelectionOperator] | type[DatasetOperator] | type[FitOperator])

_FRAMES: dict[tuple[str, str], FrameType] = {
    ("pandas", "DataFrame"): "pandas",
    ("polars", "DataFrame"): "polars",
    ("pyarrow", "Table"): "arrow",
}
"""By package and class, so that nothing is imported for an operator that takes no frame."""
OPERATOR_ATTRIBUTE = "__corpusmith_operator__"


def operator(
    *,
    kind: Kind,
    phase: Phase | str,
    example: Example,
    rows: Rows | None = None,
    reads: Columns | Literal["*"] | None = None,
    writes: Columns | None = None,
    columnar: Callable[..., Any] | None = None,
    schema_rule: SchemaRule | None = None,
    needs: Sequence[str] = (),
    deterministic: bool = True,
    version: str = "1",
    use_for: Sequence[str] = (),
    not_for: Sequence[str] = (),
    aliases: Sequence[str] = (),
) -> Callable[[F], F]:
    """Declare a function as an operator.

    ``columnar`` is a value form's twin over Arrow arrays. ``reads="*"`` (frame form) hands over every column; ``schema_rule`` then says which columns come out.
    Raises ``TypeError`` when the function's signature fits no form.
    """

    def declare(function: F) -> F:
        hints = get_type_hints(function, include_extras=True)
        arguments = list(inspect.signature(function).parameters.values())
        columns = [a for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
        takes_context = any(hints.get(a.name) is Context for a in arguments)
        if takes_context and hints.get("context") is not Context:
            raise TypeError(f"Operator `{function.__name__}` must call its context parameter `context`.")
        artifacts = tuple(a.name for a in arguments if hints.get(a.name) is Artifact)
        columns = [a for a in columns if hints.get(a.name) not in (Context, Artifact)]
        if not columns:
            raise TypeError(f"Operator `{function.__name__}` reads no column: give it a positional parameter.")
        unsaid = [a.name for a in arguments if a.name not in hints]
        if unsaid:
            raise TypeError(f"Operator `{function.__name__}` does not say what `{unsaid[0]}` is: annotate it.")
        frame_type = _frame_type(hints[columns[0].name])
        if frame_type and rows == "expand":
            raise TypeError(f"Frame operator `{function.__name__}` cannot expand rows: their parents would be unknown.")
        if frame_type and reads is None:
            raise TypeError(f"Frame operator `{function.__name__}` must declare `reads`.")
        read_columns: Columns = (
            ({} if reads in ("*", None) else dict(reads))  # type: ignore[arg-type]
            if frame_type
            else {a.name: type_of_annotation(hints[a.name]) for a in columns}
        )
        row_trait: Rows = rows or ("filter" if kind == "filter" else "map")
        summary, description = _documentation(function)
        made = Operator(
            name=function.__name__,
            kind=kind,
            rows=row_trait,
            form="frame" if frame_type else "value",
            phase=_phase(phase),
            domain=_domain(function.__module__),
            summary=summary,
            description=description,
            reads=read_columns,
            writes=_writes(function.__name__, kind, row_trait, read_columns, writes, hints.get("return")),
            params=_params_model(function, hints),
            implementation=_given_artifacts(function, artifacts, takes_context) if artifacts else function,
            example=example,
            columnar=columnar,
            needs=tuple(needs),
            deterministic=deterministic,
            version=version,
            use_for=tuple(use_for),
            not_for=tuple(not_for),
            aliases=tuple(aliases),
            nullable=frozenset(a.name for a in columns if strip_optional(hints[a.name])[1]),
            frame_type=frame_type,
            whole_frame=reads == "*",
            schema_rule=schema_rule,
            takes_context=takes_context or bool(artifacts),
            artifacts_in=artifacts,
            is_async=inspect.iscoroutinefunction(function),
        )
        setattr(function, OPERATOR_ATTRIBUTE, made)
        return function

    return declare


def dataset_operator(
    *,
    kind: Kind,
    phase: Phase | str,
    example: Example,
    name: str,
    reads: Columns | None = None,
    writes: Columns | None = None,
    schema_rule: SchemaRule | None = None,
    needs: Sequence[str] = (),
    deterministic: bool = True,
    version: str = "1",
    use_for: Sequence[str] = (),
    not_for: Sequence[str] = (),
    aliases: Sequence[str] = (),
    tables_in: Sequence[str] = ("rows",),
    tables_out: Sequence[str] = ("rows",),
    artifacts_in: Sequence[str] = (),
    artifacts_out: Sequence[str] = (),
) -> Callable[[C], C]:
    """Declare a ``SelectionOperator``, ``DatasetOperator`` or ``FitOperator`` class; parameters are its class ``Params``.

    Raises ``TypeError`` for a ``FitOperator`` that does not name exactly one artifact, and for another that names any.
    """

    def declare(cls: C) -> C:
        if len(artifacts_out) != issubclass(cls, FitOperator):
            raise TypeError(
                f"Operator `{name}` must name one artifact in `artifacts_out` exactly if it is a FitOperator."
            )
        summary, description = _documentation(cls)
        made = Operator(
            name=name,
            kind=kind,
            rows="dataset",
            form="dataset",
            phase=_phase(phase),
            domain=_domain(cls.__module__),
            summary=summary,
            description=description,
            reads=dict(reads or {}),
            writes=dict(writes or {}),
            params=getattr(cls, "Params", Params),
            implementation=cls,
            example=example,
            needs=tuple(needs),
            deterministic=deterministic,
            version=version,
            use_for=tuple(use_for),
            not_for=tuple(not_for),
            aliases=tuple(aliases),
            schema_rule=schema_rule,
            takes_context=True,
            tables_in=tuple(tables_in),
            tables_out=tuple(tables_out),
            artifacts_in=tuple(artifacts_in),
            artifacts_out=tuple(artifacts_out),
        )
        cls.operator = made
        setattr(cls, OPERATOR_ATTRIBUTE, made)
        return cls

    return declare


def _given_artifacts(function: Callable[..., Any], names: Sequence[str], takes_context: bool) -> Callable[..., Any]:
    """The function with its artifacts taken from the context."""

    @functools.wraps(function)
    def call(*columns: Any, context: Context, **settings: Any) -> Any:
        settings.update({name: context.artifacts[name] for name in names})
        return function(*columns, **settings, **({"context": context} if takes_context else {}))

    return call


def _frame_type(annotation: Any) -> FrameType | None:
    package = str(getattr(annotation, "__module__", "")).partition(".")[0]
    return _FRAMES.get((package, str(getattr(annotation, "__name__", ""))))


def _phase(phase: Phase | str) -> Phase:
    return phase if isinstance(phase, Phase) else Phase[phase]


def _domain(module: str) -> str:
    """The folder below ``operator_library`` that the module stands in; ``workspace`` for anything else."""
    parts = module.split(".")
    if "operator_library" in parts[:-1]:
        return parts[parts.index("operator_library") + 1]
    return "workspace"


def _documentation(subject: Any) -> tuple[str, str]:
    text = inspect.getdoc(subject) or ""
    if not text:
        raise TypeError(f"Operator `{subject.__name__}` has no docstring; it is the catalogue entry.")
    return text.split("\n\n")[0].replace("\n", " ").strip(), text


def _params_model(function: Callable[..., Any], hints: dict[str, Any]) -> type[Params]:
    fields: dict[str, Any] = {}
    for argument in inspect.signature(function).parameters.values():
        if argument.kind is argument.KEYWORD_ONLY and hints[argument.name] not in (Context, Artifact):
            default = ... if argument.default is argument.empty else argument.default
            fields[argument.name] = (hints[argument.name], default)
    return create_model(f"{function.__name__}_params", __base__=Params, **fields)


def _writes(name: str, kind: Kind, rows: Rows, reads: Columns, declared: Columns | None, returned: Any) -> Columns:
    if declared is not None:
        return dict(declared)
    if rows == "filter" or not reads:
        return {}
    if kind == "refine":
        return {next(iter(reads)): type_of_annotation(returned)} if rows == "map" else dict(reads)
    return {name: type_of_annotation(returned)}
