"""The decorators that turn a function or a class into an ``Operator``; its annotations choose the form.

* a function over plain values is the **value form**: ``def word_count(text: str, *, language: str = "en") -> int``.
  Positional parameters are columns, keyword-only ones are parameters. A parameter annotated ``Context`` gets the context,
  one annotated ``Artifact`` what an earlier step fitted. A single positional parameter annotated ``Row`` gets the whole row.
* a function over one pandas, polars or Arrow frame is the **frame form**.
* a class is the **dataset form** (``SelectionOperator``, ``DatasetOperator`` or ``FitOperator``), with its parameters in a
  class ``Params``; artifacts that it uses are named in ``artifacts_in`` and found in its context.

What is returned says what a written list or struct holds: ``list[float]``, a ``TypedDict`` or a pydantic model is a column of
that type. ``types`` says it where parameters decide. A ``dict`` of anything is written as JSON text, a ``list`` as one of texts.

An ``evaluate`` operator in value form also yields its filter (``derive.py``): a measure is written once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from .annotated_types import types_of_results
from .columns import Columns
from .operator import (
    DatasetOperator,
    Example,
    FieldRule,
    FitOperator,
    Kind,
    Operator,
    Params,
    Phase,
    Rows,
    SchemaRule,
    SelectionOperator,
    TypeRule,
)
from .signature import Signature

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[SelectionOperator] | type[DatasetOperator] | type[FitOperator])

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
    types: TypeRule | None = None,
    row_fields: FieldRule | None = None,
    calls_per_row: Callable[[Any], int] | None = None,
    needs: Sequence[str] = (),
    deterministic: bool = True,
    version: str = "1",
    use_for: Sequence[str] = (),
    not_for: Sequence[str] = (),
    aliases: Sequence[str] = (),
) -> Callable[[F], F]:
    """Declare a function as an operator.

    ``columnar`` is a value form's twin over Arrow arrays. ``reads="*"`` (frame form) hands over every column; ``schema_rule``
    then says which columns come out. ``types`` gives the Arrow types of written columns by the parameters, ``row_fields`` the
    fields that a value form over a ``Row`` uses, ``calls_per_row`` how often a row asks a model.
    Raises ``TypeError`` when the function's signature fits no form.
    """

    def declare(function: F) -> F:
        said = Signature.of(function)
        row_trait: Rows = rows or ("filter" if kind == "filter" else "map")
        _assert_fits(said, row_trait, reads, columnar, row_fields)
        frame_type = said.frame_type
        read: Columns = said.reads() if frame_type is None else _declared_reads(reads)
        written = dict(writes) if writes is not None else said.writes(kind, row_trait, read)
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
            reads=read,
            writes=written,
            params=said.params(),
            implementation=said.implementation(),
            example=example,
            columnar=columnar,
            needs=tuple(needs),
            deterministic=deterministic,
            version=version,
            use_for=tuple(use_for),
            not_for=tuple(not_for),
            aliases=tuple(aliases),
            nullable=said.nullable,
            frame_type=frame_type,
            whole_frame=reads == "*" or said.takes_row,
            schema_rule=schema_rule,
            types=types,
            annotated_types=types_of_results(said.hints.get("return"), written, several=row_trait == "expand"),
            row_fields=row_fields,
            calls_per_row=calls_per_row,
            takes_context=said.takes_context or bool(said.artifacts),
            artifacts_in=said.artifacts,
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


def _assert_fits(
    said: Signature, rows: Rows, reads: Columns | str | None, columnar: Any, row_fields: FieldRule | None
) -> None:
    """Raise ``TypeError`` where traits do not go together with what the signature says."""
    name = said.function.__name__
    if said.frame_type and rows == "expand":
        raise TypeError(f"Frame operator `{name}` cannot expand rows: their parents would be unknown.")
    if said.frame_type and reads is None:
        raise TypeError(f"Frame operator `{name}` must declare `reads`.")
    if said.takes_row and columnar is not None:
        raise TypeError(f"Operator `{name}` takes a whole row, so it has no columnar twin.")
    if row_fields is not None and not said.takes_row:
        raise TypeError(f"Operator `{name}` names fields of a row: give it one parameter, annotated `Row`.")


def _declared_reads(reads: Columns | Literal["*"] | None) -> Columns:
    return {} if reads is None or reads == "*" else dict(reads)


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
