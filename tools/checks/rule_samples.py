"""Tables made of a rule's own samples: so many rows that keep it, so many that break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import pyarrow as pa

from .memory_output import MemoryOutput, output_of
from .template import RowRule, RuleParams
from .values import UnmeasurableError


def all_keeping(rule: RowRule[Any], params: RuleParams) -> MemoryOutput:
    """Return an output of the samples that keep the rule."""
    keeping, _ = _samples(rule, params)
    return _table(params.column, keeping)


def one_breaking(rule: RowRule[Any], params: RuleParams) -> Iterator[MemoryOutput]:
    """Yield, per sample that breaks the rule, an output with one such row at its end."""
    keeping, breaking = _samples(rule, params)
    for value in breaking:
        try:
            yield _table(params.column, [*keeping, value])
        except TypeError:  # a column has one type, so a value of another type stands alone
            yield _table(params.column, [value])


def so_many(rule: RowRule[Any], params: RuleParams, holding: int, rows: int) -> MemoryOutput | None:
    """Return an output in which the rule holds for ``holding`` of ``rows`` rows; ``None`` when types cannot mix so."""
    keeping, breaking = _samples(rule, params)
    for broken in breaking:
        kept = islice(cycle(keeping), holding)
        try:
            return _table(params.column, [*kept, *[broken] * (rows - holding)])
        except TypeError:
            continue
    return None


def _samples(rule: RowRule[Any], params: RuleParams) -> tuple[list[Any], list[Any]]:
    samples = rule.samples(params)
    keeping = _of_one_type(samples.keeping)
    if not keeping or not samples.breaking:
        verb = "breaks" if keeping else "meets"
        raise UnmeasurableError(f"no value is known that {verb} the rule `{rule.name}`")
    return keeping, list(samples.breaking)


def _of_one_type(values: Sequence[Any]) -> list[Any]:
    """The values that can stand in one column with the first of them."""
    together: list[Any] = []
    for value in values:
        try:
            _array([*together, value])
        except TypeError:
            continue
        together.append(value)
    return together


def _table(column: str, values: Sequence[Any]) -> MemoryOutput:
    return output_of(pa.table({column: _array(values)}))


def _array(values: Sequence[Any]) -> pa.Array:
    """The values as one column; raises ``TypeError`` when a column would have to change their types."""
    try:
        made = pa.array(values)
    except pa.ArrowException as error:
        raise TypeError("values of several types") from error
    if any(type(before) is not type(after) for before, after in zip(values, made.to_pylist(), strict=True)):
        raise TypeError("values of several types")
    return made
