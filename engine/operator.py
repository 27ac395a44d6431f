"""The ``Operator`` contract: what an operator declares about itself, and what the engine holds it to.

Operators are declared with the decorators in ``declare.py``; this file is what comes out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from .columns import Columns
from .context import EMBEDDING, LLM, Context

Kind: TypeAlias = Literal["generate", "evaluate", "filter", "refine"]
Rows: TypeAlias = Literal["map", "filter", "expand", "dataset"]
Form: TypeAlias = Literal["value", "frame", "dataset"]
FrameType: TypeAlias = Literal["pandas", "polars", "arrow"]


class Phase(IntEnum):
    """Where in a plan an operator belongs, in the order of a plan."""

    ingest = 1
    repair = 2
    annotate = 3
    filter = 4
    deduplicate = 5
    decontaminate = 6
    generate = 7
    select = 8
    shape = 9
    order = 10
    split = 11


class Drop(NamedTuple):
    """A filter's answer for a row that it drops: one reason code, in snake case."""

    reason: str


class Params(BaseModel):
    """The base of every operator's parameters: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def arguments(self) -> dict[str, Any]:
        """Return the parameters as keyword arguments, nested models kept as they are."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class FittedBefore(BaseModel):
    """What an example fits first: the operator that makes the artifact, and the rows and parameters that it is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operator: str
    rows: list[dict[str, Any]]
    params: dict[str, Any] = {}


class Example(BaseModel):
    """A worked example, shown in the catalogue and executed as a test.

    ``rows`` go in with ``params``; ``becomes`` comes out, ``dropped`` lists the reason codes of dropped rows in order.
    ``artifacts`` says how each artifact that the operator uses is made first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: list[dict[str, Any]]
    becomes: list[dict[str, Any]]
    params: dict[str, Any] = {}
    dropped: list[str] = []
    artifacts: dict[str, FittedBefore] = {}


SchemaRule: TypeAlias = Callable[[Columns, Any], Columns]
"""From the columns before a step and the step's parameters to the columns after it."""

TypeRule: TypeAlias = Callable[[Any], Mapping[str, pa.DataType]]
"""From a step's parameters to the types of written columns, where parameters decide what a list or a struct holds."""


class RowFields(NamedTuple):
    """Which fields of a row an operator uses, as its parameters say; for example those that a prompt names."""

    needed: frozenset[str]
    """Fields that must be there."""
    welcome: frozenset[str] = frozenset()
    """Fields that are used where they are there."""
    rest: bool = False
    """Whether the other fields are used as well."""


FieldRule: TypeAlias = Callable[[Any], RowFields]
"""From a step's parameters to the fields of a row that they name; raises ``UserError`` where they fit no row."""

_MODEL_NEEDS = frozenset({LLM, EMBEDDING})


@dataclass(frozen=True)
class Operator:
    """One operator: its traits, its parameters and its implementation."""

    name: str
    kind: Kind
    rows: Rows
    form: Form
    phase: Phase
    domain: str
    summary: str
    description: str
    reads: Columns
    """Columns by canonical name; a step may bind each to another column. Empty with ``whole_frame``."""
    writes: Columns
    params: type[Params]
    implementation: Any
    example: Example
    columnar: Callable[..., Any] | None = None
    """The value form once more, over whole Arrow arrays: the same arguments and answers, much faster. Never other answers."""
    needs: tuple[str, ...] = ()
    deterministic: bool = True
    version: str = "1"
    use_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    nullable: frozenset[str] = frozenset()
    """Reads for which the implementation itself handles null; other nulls are handled by the engine."""
    frame_type: FrameType | None = None
    whole_frame: bool = False
    """Given every column, not just those it reads: a frame operator with ``reads="*"``, or a value form over a ``Row``."""
    schema_rule: SchemaRule | None = None
    types: TypeRule | None = None
    annotated_types: Mapping[str, pa.DataType] = field(default_factory=dict)
    """Types of written lists and structs that the annotations say; ``types`` goes before them."""
    row_fields: FieldRule | None = None
    """For a value form over a ``Row``: which of its fields are used. ``None``: all that there are."""
    calls_per_row: Callable[[Any], int] | None = None
    """How often a row asks a model, by the parameters. ``None``: once for an operator that needs one, else never."""
    takes_context: bool = False
    is_async: bool = False
    tables_in: tuple[str, ...] = ("rows",)
    tables_out: tuple[str, ...] = ("rows",)
    artifacts_in: tuple[str, ...] = ()
    """What earlier steps fitted: parameters annotated ``Artifact``; a dataset operator finds it in its context."""
    artifacts_out: tuple[str, ...] = ()
    """What a ``FitOperator`` makes; its table passes unchanged."""
    measure: str | None = None
    """For a derived filter, the measure that it filters by."""
    source: str = field(default="", repr=False)
    """``library``, ``entry point`` or the workspace file that it came from."""

    @property
    def takes_row(self) -> bool:
        """Whether this is a value form over a ``Row``."""
        return self.form == "value" and self.whole_frame

    def written_types(self, params: Params) -> dict[str, pa.DataType]:
        """Return the types of the written columns for which more is known than that they are a list or a struct."""
        return {**self.annotated_types, **(self.types(params) if self.types is not None else {})}

    def calls(self, params: Params) -> int:
        """Return how often one row asks a model when every answer is right at once."""
        if self.calls_per_row is not None:
            return self.calls_per_row(params)
        return int(not _MODEL_NEEDS.isdisjoint(self.needs))

    def columns_after(self, before: Columns, params: Params, write: Mapping[str, str]) -> Columns:
        """Return the columns after a step of this operator, given those before it and the step's ``write`` bindings."""
        if self.schema_rule is not None:
            return self.schema_rule(before, params)
        return {**before, **{write.get(name, name): kind for name, kind in self.writes.items()}}


class Artifact(NamedTuple):
    """What a step fitted and a later one uses: a folder to read from, and the hash that identifies its content."""

    folder: Path
    fingerprint: str


class Table(Protocol):
    """All rows of a table, on disk; read it batch by batch."""

    @property
    def schema(self) -> pa.Schema:
        """The visible columns."""
        ...

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        ...

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, only the named columns if any are named."""
        ...


@dataclass(frozen=True)
class Selection:
    """What a ``SelectionOperator`` decided, by position of the row in its input.

    ``drop`` gives a reason per dropped position; ``order`` lists kept positions in their new order (``None``: unchanged);
    ``writes`` holds new columns, one value per input row.
    """

    drop: Mapping[int, str] = field(default_factory=dict)
    order: np.ndarray[Any, np.dtype[np.int64]] | None = None
    writes: Mapping[str, pa.Array] = field(default_factory=dict)


class DerivedRows(NamedTuple):
    """New rows with, for each, the positions of its parents as ``(input table, position)`` pairs."""

    batch: pa.RecordBatch
    parents: Sequence[Sequence[tuple[str, int]]]


@dataclass(frozen=True)
class DatasetResult:
    """What a ``DatasetOperator`` made: rows per output table, and why an input row may be nobody's parent."""

    tables: Mapping[str, Iterable[DerivedRows]]
    unused_reason: str = "unused"


class DatasetOperator(ABC):
    """An operator that must see all rows and makes new ones, such as a join; keep memory bounded, rows are on disk."""

    operator: ClassVar[Operator]

    def __init__(self, params: Any) -> None:
        self.params = params

    @abstractmethod
    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        """Return the new rows, given the input tables by their canonical names."""


class SelectionOperator(ABC):
    """An operator that must see all rows to drop, reorder or annotate them, such as a sort or a deduplication."""

    operator: ClassVar[Operator]

    def __init__(self, params: Any) -> None:
        self.params = params

    @abstractmethod
    def select(self, rows: Table, context: Context) -> Selection:
        """Return which rows to drop and why, in what order the others come, and what to write beside them."""


class FitOperator(ABC):
    """An operator that must see all rows to fit something, such as an n-gram model; the rows pass unchanged."""

    operator: ClassVar[Operator]

    def __init__(self, params: Any) -> None:
        self.params = params

    @abstractmethod
    def fit(self, rows: Table, folder: Path, context: Context) -> None:
        """Write the artifact into the empty ``folder``; the same rows, parameters and seed must give the same bytes."""
