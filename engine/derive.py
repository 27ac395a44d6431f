"""Filters that are derived from measures, so that a measure is written once.

``word_count`` (evaluate) yields ``word_count_filter`` (filter): numbers get ``min`` and ``max``, texts ``any_of`` and
``none_of``, booleans ``equals``. The reason code of a drop names the measure and the bound that was broken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, create_model

from .columnar_bounds import reasons_of
from .columns import ColumnType
from .operator import Drop, Example, Operator, Phase

Verdict = Callable[[Any, dict[str, Any]], Drop | None]

_BOUND_FIELDS: dict[ColumnType, dict[str, Any]] = {
    "integer": {
        "min": (Annotated[int | None, Field(description="Smallest value that is kept.")], None),
        "max": (Annotated[int | None, Field(description="Largest value that is kept.")], None),
    },
    "number": {
        "min": (Annotated[float | None, Field(description="Smallest value that is kept.")], None),
        "max": (Annotated[float | None, Field(description="Largest value that is kept.")], None),
    },
    "text": {
        "any_of": (Annotated[list[str] | None, Field(description="Values that are kept; all when empty.")], None),
        "none_of": (Annotated[list[str], Field(description="Values that are dropped.")], []),
    },
    "boolean": {"equals": (Annotated[bool, Field(description="The value that is kept.")], True)},
}
_KEEP_MISSING: Any = (Annotated[bool, Field(description="Keep rows for which there is no value to measure.")], False)


def derive_filter(measure: Operator) -> Operator | None:
    """Return the filter that keeps rows by ``measure``; ``None`` where its value is no scalar or it cannot be called here."""
    if not callable(measure.implementation):
        return None
    if measure.kind != "evaluate" or measure.form != "value" or measure.is_async or len(measure.writes) != 1:
        return None
    value_type = next(iter(measure.writes.values()))
    bounds = _BOUND_FIELDS.get(value_type)
    if bounds is None:
        return None
    own = set(measure.params.model_fields)
    if own.intersection([*bounds, "keep_missing"]):
        raise TypeError(f"`{measure.name}` has a parameter of its filter's: {sorted(own.intersection(bounds))}.")
    not_null = [position for position, name in enumerate(measure.reads) if name not in measure.nullable]
    passed = [*measure.params.model_fields, *(["context"] if measure.takes_context else [])]
    params = create_model(
        f"{measure.name}_filter_params", __base__=measure.params, **bounds, keep_missing=_KEEP_MISSING
    )
    decide = _decide_text if value_type == "text" else _decide_flag if value_type == "boolean" else _decide_number

    def keep_or_drop(*values: Any, **settings: Any) -> Drop | None:
        if None in values and any(values[read] is None for read in not_null):
            measured = None
        else:
            measured = measure.implementation(*values, **{name: settings[name] for name in passed})
        if measured is None:
            return None if settings["keep_missing"] else Drop(f"{measure.name}_missing")
        return decide(measure.name, measured, settings)

    keep_or_drop.measured_by = measure.implementation  # type: ignore[attr-defined]
    return replace(
        measure,
        name=f"{measure.name}_filter",
        kind="filter",
        rows="filter",
        phase=Phase.filter,
        summary=f"Keeps rows by their {measure.name.replace('_', ' ')}. {measure.summary}",
        description=f"Keeps rows by their {measure.name.replace('_', ' ')}.\n\n{measure.description}",
        writes={},
        params=params,
        implementation=keep_or_drop,
        columnar=reasons_of(measure, value_type),
        example=_example(measure, value_type),
        nullable=frozenset(measure.reads),
        measure=measure.name,
    )


def declared_subject(operator: Operator) -> Any:
    """Return the function or class that was declared in source; for a derived filter, its measure's function."""
    return getattr(operator.implementation, "measured_by", operator.implementation)


def _decide_number(name: str, measured: Any, settings: dict[str, Any]) -> Drop | None:
    if settings["min"] is not None and not measured >= settings["min"]:
        return Drop(f"{name}_below_min")
    if settings["max"] is not None and not measured <= settings["max"]:
        return Drop(f"{name}_above_max")
    return None


def _decide_text(name: str, measured: Any, settings: dict[str, Any]) -> Drop | None:
    if settings["any_of"] and measured not in settings["any_of"]:
        return Drop(f"{name}_not_listed")
    return Drop(f"{name}_excluded") if measured in settings["none_of"] else None


def _decide_flag(name: str, measured: Any, settings: dict[str, Any]) -> Drop | None:
    return None if measured == settings["equals"] else Drop(f"{name}_is_{str(measured).lower()}")


def _example(measure: Operator, value_type: ColumnType) -> Example:
    """The measure's own example, with bounds that keep its first row and drop those that differ enough."""
    column, rows = next(iter(measure.writes)), measure.example.rows
    if [column in row for row in measure.example.becomes] != [True] * len(rows):
        raise TypeError(f"The example of `{measure.name}` must give `{column}` for each of its rows.")
    measured = [row[column] for row in measure.example.becomes]
    first = measured[0] if measured else None
    bounds: dict[str, Any] = (
        {"any_of": [first]}
        if value_type == "text"
        else {"equals": first}
        if value_type == "boolean"
        else {"min": first}
    )
    kept: list[dict[str, Any]] = []
    dropped: list[str] = []
    decide = _decide_text if value_type == "text" else _decide_flag if value_type == "boolean" else _decide_number
    settings = {"min": None, "max": None, "any_of": None, "none_of": [], **bounds}
    for row, value in zip(rows, measured, strict=True):
        drop = Drop(f"{measure.name}_missing") if value is None else decide(measure.name, value, settings)
        if drop is None:
            kept.append(row)
        else:
            dropped.append(drop.reason)
    params = {**measure.example.params, **bounds}
    return Example(rows=rows, becomes=kept, params=params, dropped=dropped, artifacts=measure.example.artifacts)
