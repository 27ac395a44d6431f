"""The columnar twin of a derived filter: a whole column of measured values is held against the bounds at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from .columns import ColumnType
from .operator import Operator

Columnar: TypeAlias = Callable[..., pa.Array | None]
Broken: TypeAlias = list[tuple[pa.Array, str]]
"""Which rows break a bound, and the reason code; of several the first counts."""


def reasons_of(measure: Operator, value_type: ColumnType) -> Columnar | None:
    """Return the filter by ``measure`` over Arrow arrays: a reason for each row that is dropped, null for the others.

    ``None`` for a measure without a columnar form. The filter itself answers ``None`` where its measure does, and for
    bounds that Arrow cannot hold.
    """
    if measure.columnar is None:
        return None
    measured_by = measure.columnar
    passed = [*measure.params.model_fields, *(["context"] if measure.takes_context else [])]
    not_null = [position for position, name in enumerate(measure.reads) if name not in measure.nullable]
    break_bounds = {"text": _not_listed, "boolean": _not_equal}.get(value_type, _out_of_bounds)

    def reasons(*arrays: pa.Array, **settings: Any) -> pa.Array | None:
        measured = measured_by(*arrays, **{name: settings[name] for name in passed})
        if measured is None:
            return None
        try:
            broken = break_bounds(measure.name, measured, settings)
        except (OverflowError, UnicodeEncodeError, pa.ArrowInvalid):
            return None
        reason = pa.nulls(len(measured), pa.string())
        for rows, code in reversed(broken):
            reason = _where(rows, code, reason)
        for values in (measured, *(arrays[read] for read in not_null)):
            if values.null_count:
                for_missing = None if settings["keep_missing"] else f"{measure.name}_missing"
                reason = pc.if_else(values.is_null(), pa.scalar(for_missing, pa.string()), reason)
        return reason

    return reasons


def _where(rows: pa.Array, code: str, otherwise: pa.Array) -> pa.Array:
    chosen = rows.fill_null(False) if rows.null_count else rows
    return pc.if_else(chosen, pa.scalar(code), otherwise) if chosen.true_count else otherwise


def _out_of_bounds(name: str, measured: pa.Array, settings: dict[str, Any]) -> Broken:
    broken: Broken = []
    if settings["min"] is not None:
        # Not-a-number is not at least anything, so it is below.
        kept = pc.greater_equal(measured, pa.scalar(settings["min"], measured.type))
        broken.append((pc.invert(kept), f"{name}_below_min"))
    if settings["max"] is not None:
        kept = pc.less_equal(measured, pa.scalar(settings["max"], measured.type))
        broken.append((pc.invert(kept), f"{name}_above_max"))
    return broken


def _not_listed(name: str, measured: pa.Array, settings: dict[str, Any]) -> Broken:
    broken: Broken = []
    if settings["any_of"]:
        listed = pc.is_in(measured, value_set=pa.array(settings["any_of"], pa.string()))
        broken.append((pc.invert(listed), f"{name}_not_listed"))
    excluded = pc.is_in(measured, value_set=pa.array(settings["none_of"], pa.string()))
    return [*broken, (excluded, f"{name}_excluded")]


def _not_equal(name: str, measured: pa.Array, settings: dict[str, Any]) -> Broken:
    wanted = bool(settings["equals"])
    return [(pc.not_equal(measured, pa.scalar(wanted)), f"{name}_is_{str(not wanted).lower()}")]
