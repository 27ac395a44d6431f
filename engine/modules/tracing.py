"""The trace of one ``forward``: the steps in the order of their calls, and who reads what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import UserError
from ..operator import Operator
from ..pipeline import DEFAULT_TABLE
from ..registry import Registry
from ..writing.dataset_format import MAX_SHARD_BYTES
from .calls import OperatorCall, refuse_stranger
from .symbols import Dataset, FittedArtifact

_current: ContextVar[Trace | None] = ContextVar("corpusmith_trace", default=None)


class OutputOf(NamedTuple):
    """What ``forward`` returns for a table whose format or splits are not the usual ones."""

    rows: Dataset | str
    """A dataset, or the name of a table."""
    table: str | None
    format: str
    split_column: str | None
    splits: Sequence[str]
    max_shard_bytes: int | str


def output(
    rows: Dataset | str,
    *,
    table: str | None = None,
    format: str = "parquet",
    split_column: str | None = None,
    splits: Sequence[str] = (),
    max_shard_bytes: int | str = MAX_SHARD_BYTES,
) -> OutputOf:
    """Say how a dataset is written: its table's name, format, the column whose values are the splits, and size of shards."""
    return OutputOf(rows, table, format, split_column, tuple(splits), max_shard_bytes)


@dataclass(eq=False)
class TracedStep:
    """One call of an operator in ``forward``."""

    call: OperatorCall
    id: str
    operator: Operator | None
    reads: dict[str, Dataset]
    uses: dict[str, FittedArtifact]
    bind: dict[str, str]
    write: dict[str, str]
    into: dict[str, str]
    parts: dict[str, Dataset] = field(default_factory=dict)
    artifacts: dict[str, FittedArtifact] = field(default_factory=dict)

    @property
    def tables_out(self) -> tuple[str, ...]:
        """The operator's names for the tables that it makes; only ``rows`` where the operator is not known."""
        return self.operator.tables_out if self.operator else (DEFAULT_TABLE,)

    def part(self, name: str) -> Dataset:
        """Return the table that the operator calls ``name``."""
        if self.operator and name not in self.operator.tables_out:
            listed = ", ".join(f"`{table}`" for table in self.operator.tables_out)
            raise UserError(f"`{self.operator.name}` makes no table `{name}`.", f"It makes {listed}.")
        return self.parts.setdefault(name, Dataset(self, name))

    def artifact(self, name: str) -> FittedArtifact:
        """Return what the operator fits under ``name``."""
        if self.operator and name not in self.operator.artifacts_out:
            listed = ", ".join(f"`{artifact}`" for artifact in self.operator.artifacts_out) or "nothing"
            raise UserError(f"`{self.operator.name}` fits no `{name}`.", f"It fits {listed}.")
        return self.artifacts.setdefault(name, FittedArtifact(self, name))


class TracedTopUp(NamedTuple):
    """A segment of the trace that is repeated: steps ``first`` to ``last`` (exclusive)."""

    first: int
    last: int
    table: Dataset | str
    until: int
    max_rounds: int


class Trace:
    """What was called so far. ``names`` gives the id of each operator that stands in an attribute."""

    def __init__(self, registry: Registry | None, names: Mapping[int, str]) -> None:
        self._registry = registry
        self._names = names
        self._taken = set(names.values())
        self.steps: list[TracedStep] = []
        self.top_ups: list[TracedTopUp] = []
        self.sources: list[Dataset] = []

    def source(self, name: str) -> Dataset:
        """Return the dataset that stands for a source."""
        self.sources.append(Dataset(None, DEFAULT_TABLE, name))
        return self.sources[-1]

    def add(
        self,
        call: OperatorCall,
        tables: Sequence[Dataset],
        named: Mapping[str, Dataset | FittedArtifact],
        bind: Mapping[str, str],
        write: Mapping[str, str],
        into: str | Mapping[str, str] | None,
    ) -> Dataset:
        """Add a step and return its main table."""
        where = f"`{call.operator}`"
        known = self._registry is not None and call.operator in self._registry
        operator = self._registry.get(call.operator) if self._registry is not None and known else None
        reads = {**_by_position(call, operator, tables)}
        reads |= {name: given for name, given in named.items() if not isinstance(given, FittedArtifact)}
        for given in reads.values():
            self.own(given, where)
        uses = {name: given for name, given in named.items() if isinstance(given, FittedArtifact)}
        for artifact in uses.values():
            if not any(artifact.made_by is step for step in self.steps):
                raise UserError(f"{where} uses an artifact of another pipeline.")
        step = TracedStep(
            call, self._id_of(call), operator, reads, uses, {**call.bind, **bind}, {**call.write, **write}, {}
        )
        main = DEFAULT_TABLE if DEFAULT_TABLE in step.tables_out else step.tables_out[0]
        step.into = {main: into} if isinstance(into, str) else dict(into or {})
        for name in {*step.tables_out, *step.into} - {main}:
            step.part(name)
        self.steps.append(step)
        return step.part(main)

    def own(self, given: object, where: str) -> Dataset:
        """Return ``given`` if it is a dataset of this trace; raises ``UserError`` for anything else."""
        if not isinstance(given, Dataset):
            raise refuse_stranger(given, where)
        if given.made_by is None:
            here = any(given is source for source in self.sources)
        else:
            here = any(given.made_by is step for step in self.steps)
        if not here:
            raise UserError(
                f"{where} was given a dataset of another pipeline.", fix="Use what this `forward` was given."
            )
        return given

    def _id_of(self, call: OperatorCall) -> str:
        """The call's own id, the attribute's name, or the operator's name; distinct where an operator is used again."""
        again = any(step.call is call for step in self.steps)
        if call.id is not None and not again:
            return call.id
        wanted = call.id or self._names.get(id(call))
        if wanted is not None and not again:
            return wanted
        made = distinct(wanted or call.operator, self._taken | {step.id for step in self.steps})
        self._taken.add(made)
        return made


def distinct(wanted: str, taken: set[str]) -> str:
    """Return ``wanted``, or ``wanted_2`` and so on where that is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def current_trace(operator: str) -> Trace:
    """Return the trace that is going on; raises ``UserError`` when there is none."""
    trace = _current.get()
    if trace is None:
        raise UserError(
            f"`{operator}` is called outside of a pipeline.",
            "Operators are called in the `forward` of a Module; the engine runs them on rows.",
            "Make the pipeline with `YourModule().pipeline(registry)`.",
        )
    return trace


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """Make ``trace`` the one that operators are added to."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def _by_position(call: OperatorCall, operator: Operator | None, tables: Sequence[Dataset]) -> dict[str, Dataset]:
    names = operator.tables_in if operator else (DEFAULT_TABLE,)
    if len(tables) > len(names):
        listed = ", ".join(f"`{name}`" for name in names)
        raise UserError(
            f"`{call.operator}` was given {len(tables)} datasets.",
            f"It takes {listed}." if operator else "It is not a known operator, so the order of its tables is unknown.",
            "" if operator else "Name them: operator(left=rows, right=more).",
        )
    return dict(zip(names, tables, strict=False))


def returned_tables(returned: Any) -> list[tuple[str | None, Any]]:
    """Return what ``forward`` returned as pairs of a wanted table name, if any, and the dataset."""
    if isinstance(returned, OutputOf | Dataset):
        return [(None, returned)]
    if isinstance(returned, Mapping):
        return [(str(name), given) for name, given in returned.items()]
    if isinstance(returned, tuple) and hasattr(returned, "_asdict"):
        return list(returned._asdict().items())
    if isinstance(returned, list | tuple):
        return [(None, given) for given in returned]
    raise UserError(
        f"`forward` returned {type(returned).__name__}, not a dataset.",
        "What it returns are the tables that are written.",
        "Return a dataset, or a dict of datasets by table name.",
    )
