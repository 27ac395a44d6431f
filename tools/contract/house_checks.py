"""The checks of every run, frozen from the criteria: what nobody asked for has not happened to the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..checks.catalogue import template
from ..checks.template import Remedy
from .model import Criterion
from .subject import Subject

_ROW_CHECKS = frozenset({"every_row", "share_of_rows"})


def house_checks(criteria: Sequence[Criterion], subject: Subject, *, covered: bool) -> Iterator[Criterion]:
    """Yield the checks: rows come from the input, none is missing without a reason, and none is changed without one.

    ``covered`` says whether the criteria are all that the spec asks for.
    """
    yield Criterion(id="house-provenance", span=None, check="provenance", params={})
    yield Criterion(id="house-complete", span=None, check="complete", params=_complete(criteria, covered))
    untouched = _untouched_columns(criteria, subject)
    if untouched:
        yield Criterion(id="house-untouched", span=None, check="untouched_columns", params={"columns": untouched})
    edited = list(_edits(criteria, untouched, subject))
    if edited:
        yield Criterion(id="house-edits", span=None, check="needless_edits", params={"columns": edited})


def edited_columns(criteria: Sequence[Criterion]) -> Iterator[str]:
    """Yield the columns that an operator may edit to meet one of the criteria."""
    for criterion in criteria:
        if criterion.check in _ROW_CHECKS:
            for remedy in _remedies(criterion):
                if remedy.how == "edit":
                    yield from (path.split(".")[0].split("[")[0] for path in remedy.bind.values())


def _remedies(criterion: Criterion) -> Sequence[Remedy]:
    check = template(criterion.check)
    return check.remedies(check.Params.model_validate(criterion.params), criterion.means)


# Rows


def _complete(criteria: Sequence[Criterion], covered: bool) -> dict[str, Any]:
    most = [one.params["max"] for one in criteria if _limits_all_rows(one)]
    duplicates = [one.params for one in criteria if one.check == "unique_rows"]
    leaking = [one.params["column"] for one in criteria if one.check == "no_leakage" and one.params.get("column")]
    folded = [{"columns": [column], "normalize": "case_and_whitespace"} for column in leaking]
    asked_for = any(map(_asks_for_fewer_rows, criteria))
    return {
        "rules": [_rule(one) for one in _reasons_to_drop(criteria)],
        "edits": [_rule(one) for one in criteria if _is_edit(one)],
        "names": _renamed(criteria),
        "casts": _casts(criteria),
        "unique": [*duplicates, *folded],
        "near": [one.params for one in criteria if one.check == "near_duplicates"],
        "left_out": "asked_for" if asked_for else "never" if covered else "unknown",
        "at_most": max(most, default=None),
    }


def _limits_all_rows(criterion: Criterion) -> bool:
    params = criterion.params
    return criterion.check == "row_count" and params.get("max") is not None and params.get("split") is None


def _asks_for_fewer_rows(criterion: Criterion) -> bool:
    """Whether a criterion can be met by leaving out rows that break nothing."""
    params = criterion.params
    match criterion.check:
        case "sample":
            return True
        case "row_count":
            return params.get("max") is not None and params.get("split") is not None
        case "kept_share":
            return params.get("max") is not None
        case "share_of_rows":
            return params.get("max_share") is not None
    return False


def _reasons_to_drop(criteria: Sequence[Criterion]) -> Iterator[Criterion]:
    """The criteria for which a row may be dropped that breaks them.

    None is one that asks for edits, where no other looks at the column: editing it cannot make a row break another.
    """
    for criterion in criteria:
        if criterion.check in _ROW_CHECKS and not (
            _is_edit(criterion) and not any(_looks_at(one, _column(criterion)) for one in criteria)
        ):
            yield criterion


def _is_edit(criterion: Criterion) -> bool:
    """Whether only an edit meets a criterion; a cast is no such edit, since a row is dropped that cannot be cast."""
    return criterion.check in _ROW_CHECKS and criterion.means == "edit" and criterion.params["rule"] != "value_type"


def _looks_at(criterion: Criterion, column: str) -> bool:
    """Whether a row may be dropped for what stands in the column."""
    if criterion.check in _ROW_CHECKS:
        return _column(criterion) == column and not _is_edit(criterion)
    if criterion.check == "unique_rows":
        return not criterion.params.get("columns") or column in criterion.params["columns"]
    return criterion.check in ("near_duplicates", "no_leakage") and criterion.params.get("column") == column


def _rule(criterion: Criterion) -> dict[str, Any]:
    return {"rule": criterion.params["rule"], "params": criterion.params["params"]}


def _column(criterion: Criterion) -> str:
    return str(criterion.params["params"]["column"])


def _renamed(criteria: Sequence[Criterion]) -> dict[str, str]:
    return {one.params["new"]: one.params["old"] for one in criteria if one.check == "renamed"}


def _casts(criteria: Sequence[Criterion]) -> dict[str, str]:
    """The columns that a cast brings to the type that a criterion asks for."""
    return {
        _column(one): one.params["params"]["type"]
        for one in criteria
        if one.check in _ROW_CHECKS and one.params["rule"] == "value_type" and _remedies(one)
    }


# Columns


def _untouched_columns(criteria: Sequence[Criterion], subject: Subject) -> list[str]:
    touched = {*edited_columns(criteria)}
    for criterion in criteria:
        if criterion.check == "renamed":
            touched |= {criterion.params["old"], criterion.params["new"]}
    return [name for name in _kept(criteria, subject.columns) if name not in touched]


def _kept(criteria: Sequence[Criterion], columns: Mapping[str, Any] | Sequence[str]) -> list[str]:
    """The columns that nobody asked to drop."""
    kept = list(columns)
    for criterion in criteria:
        if criterion.check == "columns":
            absent, exact = criterion.params.get("absent") or (), criterion.params.get("exact")
            kept = [name for name in kept if name not in absent and (not exact or name in exact)]
    return kept


def _edits(criteria: Sequence[Criterion], untouched: Sequence[str], subject: Subject) -> Iterator[dict[str, Any]]:
    """The columns that may be edited, with the rules that an edit of them serves."""
    names, casts = _renamed(criteria), _casts(criteria)
    old_names = set(names.values()) - set(names)
    for column in _kept(criteria, list(dict.fromkeys(edited_columns(criteria)))):
        serving = [one for one in criteria if one.check in _ROW_CHECKS and _edits_column(one, column)]
        source = names.get(column, column)
        if source in subject.columns and column not in old_names and column not in untouched and serving:
            rules = [_rule(one) for one in serving]
            yield {"column": column, "source": source, "rules": rules, "cast": casts.get(column)}


def _edits_column(criterion: Criterion, column: str) -> bool:
    return _column(criterion) == column and any(remedy.how == "edit" for remedy in _remedies(criterion))
