"""What cannot be met before any work is done: criteria that contradict each other, and those that the input rules out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from ...operator_library.core.values import allowed_values
from ..checks.catalogue import template
from ..checks.row_tally import RuleUse, parsed_rule
from ..checks.template import Interval
from ..checks.wording import bounds, counted, number, quoted
from .model import Criterion


@dataclass(frozen=True)
class Problem:
    """A reason why a contract cannot be met, with the criteria that it is about."""

    kind: Literal["contradiction", "infeasible"]
    message: str
    criteria: tuple[str, ...]


def problems(criteria: Sequence[Criterion], rows: int, columns: Iterable[str]) -> list[Problem]:
    """Return why the hard criteria cannot all be met from an input of ``rows`` rows with these columns; empty if they can.

    The parameters must be valid. What is found is impossible for sure; what is not found may still fail.
    """
    demands = [_Demand.of(criterion) for criterion in criteria if criterion.hard]
    pairs = list(combinations(demands, 2))
    return [
        *_disjoint_bounds(demands, rows),
        *(problem for one, other in pairs for problem in _clashes(one, other)),
        *_more_than_there_is(demands, rows),
        *_unknown_columns(demands, set(columns)),
    ]


@dataclass(frozen=True)
class _Demand:
    """A criterion with its parsed parameters; for a rule that every row keeps, those of the rule."""

    criterion: Criterion
    what: str
    params: Any
    columns: Sequence[str]
    intervals: Sequence[Interval]

    @classmethod
    def of(cls, criterion: Criterion) -> _Demand:
        check = template(criterion.check)
        params = check.Params.model_validate(criterion.params)
        what, inner = criterion.check, params
        if criterion.check == "every_row" and isinstance(params, RuleUse):
            rule, inner = parsed_rule(params.rule, params.params)
            what = rule.name
        return cls(criterion, what, inner, check.columns(params), check.intervals(params))

    @property
    def words(self) -> str:
        span = self.criterion.span
        if span is not None:
            return f"“{' '.join(span.quote.split())}”"
        check = template(self.criterion.check)
        return check.describe(check.Params.model_validate(self.criterion.params))


def _contradiction(one: _Demand, other: _Demand, why: str) -> Problem:
    message = f"{one.words} and {other.words} contradict each other: {why}."
    return Problem("contradiction", message, (one.criterion.id, other.criterion.id))


# Bounds on one quantity


def _disjoint_bounds(demands: Sequence[_Demand], rows: int) -> Iterator[Problem]:
    stated = [(demand, interval) for demand in demands for interval in (*demand.intervals, *_implied(demand, rows))]
    for (one, first), (other, second) in combinations(stated, 2):
        if one is other or first.quantity != second.quantity or not _disjoint(first, second):
            continue
        why = f"{first.quantity} cannot be {_range(first)} and {_range(second)}"
        yield _contradiction(one, other, why)


def _disjoint(one: Interval, other: Interval) -> bool:
    low = max(-math.inf if bound is None else bound for bound in (one.low, other.low))
    high = min(math.inf if bound is None else bound for bound in (one.high, other.high))
    return low > high


def _implied(demand: _Demand, rows: int) -> Iterator[Interval]:
    """Bounds on the number of rows that a share means for this input."""
    params = demand.params
    if demand.what == "kept_share" and params.min is not None:
        yield Interval("rows", math.ceil(params.min * rows - 1e-9 * rows), None)
    if demand.what == "sample" and params.fraction is not None:
        yield Interval("rows", None, math.ceil(params.fraction * rows) + 1)


def _range(interval: Interval) -> str:
    return bounds(interval.low, interval.high)


def _more_than_there_is(demands: Sequence[_Demand], rows: int) -> Iterator[Problem]:
    shares = {name: share for demand in demands if demand.what == "splits" for name, share in _largest(demand, rows)}
    for demand in demands:
        if demand.what == "sample" and demand.params.count is not None:
            asked, there = demand.params.count, rows
        elif demand.what == "row_count" and demand.params.min is not None:
            asked, there = demand.params.min, shares.get(demand.params.split, rows)
        else:
            continue
        if asked > there:
            has = f"the input has {counted(rows, 'row')}"
            share = (
                "" if there == rows else f", of which the split `{demand.params.split}` gets at most {number(there)}"
            )
            message = f"{demand.words} asks for at least {counted(asked, 'row')}, and {has}{share}."
            yield Problem("infeasible", message, (demand.criterion.id,))


def _largest(demand: _Demand, rows: int) -> Iterator[tuple[str, int]]:
    """The most rows that each split can have."""
    for name, share in demand.params.fractions.items():
        yield name, min(rows, math.floor((share + demand.params.tolerance) * rows) + 1)


# Columns


def _unknown_columns(demands: Sequence[_Demand], there: set[str]) -> Iterator[Problem]:
    renamed = {demand.params.new for demand in demands if demand.what == "renamed"}
    for demand in demands:
        needed = list(demand.columns) if demand.what != "renamed" else [demand.params.old]
        if demand.what == "columns":
            needed = [*demand.params.required, *(demand.params.exact or ())]
        known = there | renamed if demand.what != "renamed" else there
        missing = [name for name in dict.fromkeys(needed) if not {name, _outermost(name)} & known]
        if missing:
            message = f"{demand.words} needs {quoted(missing)}, and the input has no such column."
            yield Problem("infeasible", message, (demand.criterion.id,))


def _outermost(path: str) -> str:
    return path.split(".")[0].split("[")[0]


def _absence(one: _Demand, other: _Demand) -> str | None:
    """Why a column that one demand needs cannot be there by the other."""
    needed = {*one.columns, *(one.params.required if one.what == "columns" else ())}
    if other.what == "columns":
        gone = needed & set(other.params.absent)
        gone |= needed - set(other.params.exact) if other.params.exact else set()
    else:
        gone = needed & {other.params.old} if other.what == "renamed" else set()
    return f"{quoted(sorted(gone))} would have to be there and not there" if gone else None


# Pairs of demands of given kinds


def _clashes(one: _Demand, other: _Demand) -> Iterator[Problem]:
    for first, second in ((one, other), (other, one)):
        why = _absence(first, second)
        if why is not None:
            yield _contradiction(one, other, why)
            return
    for first, second in ((one, other), (other, one)):
        clash = _CLASHES.get((first.what, second.what))
        why = clash(first.params, second.params) if clash else None
        if why is not None:
            yield _contradiction(one, other, why)
            return


def _languages(one: Any, other: Any) -> str | None:
    if one.column != other.column or not one.any_of:
        return None
    left = set(one.any_of) - set(one.none_of) - set(other.none_of)
    left &= set(other.any_of) if other.any_of else left
    return None if left else f"no language is left for `{one.column}`"


def _values(one: Any, other: Any) -> str | None:
    if one.column != other.column or one.negate:
        return None
    left = [value for value in one.values if allowed_values(value, values=other.values) is not other.negate]
    return None if left else f"no value is left for `{one.column}`"


def _column_lists(one: Any, other: Any) -> str | None:
    if one.exact and other.exact and one.exact != other.exact:
        return f"the columns cannot be {quoted(one.exact)} and {quoted(other.exact)}"
    return None


def _names(one: Any, other: Any) -> str | None:
    if one.old == other.old and one.new != other.new:
        return f"`{one.old}` cannot get two names"
    return f"two columns cannot both be called `{one.new}`" if one.new == other.new and one.old != other.old else None


def _terms(mentions: Any, banned: Any) -> str | None:
    if mentions.column != banned.column:
        return None
    fold = mentions.ignore_case or banned.ignore_case
    refused = {_folded(term, fold) for term in banned.terms}
    clashing = [term for term in mentions.terms if _folded(term, fold) in refused]
    enough = len(mentions.terms) if mentions.mode == "any" else 1
    if len(clashing) < enough:
        return None
    return f"{quoted(clashing)} cannot be both in `{mentions.column}` and not in it"


def _folded(term: str, fold: bool) -> str:
    return term.casefold() if fold else term


def _differ(*names: str, same: str | None = "column") -> Callable[[Any, Any], str | None]:
    """A clash of demands that set the same thing to different values, where ``same`` says what they are about."""

    def clash(one: Any, other: Any) -> str | None:
        if same is not None and getattr(one, same) != getattr(other, same):
            return None
        return next((_unequal(name, one, other) for name in names if getattr(one, name) != getattr(other, name)), None)

    return clash


def _unequal(name: str, one: Any, other: Any) -> str:
    return f"the {name} cannot be {_shown(getattr(one, name))} and {_shown(getattr(other, name))}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"`{name}` {share:g}" for name, share in value.items())
    return quoted(value) if isinstance(value, list) else f"`{value}`"


def _types(one: Any, other: Any) -> str | None:
    return None if {one.type, other.type} == {"integer", "number"} else _differ("type")(one, other)


def _orders(one: Any, other: Any) -> str | None:
    if (one.keys, one.length_of, one.unit or "characters", one.descending) == (
        other.keys,
        other.length_of,
        other.unit or "characters",
        other.descending,
    ):
        return None
    return "rows have one order"


def _split_names(count: Any, splits: Any) -> str | None:
    if count.split is None or count.split in splits.fractions:
        return None
    return f"there is no split `{count.split}` among {quoted(splits.fractions)}"


_CLASHES: Mapping[tuple[str, str], Callable[[Any, Any], str | None]] = {
    ("language", "language"): _languages,
    ("allowed_values", "allowed_values"): _values,
    ("columns", "columns"): _column_lists,
    ("renamed", "renamed"): _names,
    ("mentions", "no_banned_terms"): _terms,
    ("letter_case", "letter_case"): _differ("case"),
    ("value_type", "value_type"): _types,
    ("output_format", "output_format"): _differ("format", same=None),
    ("splits", "splits"): _differ("fractions", same=None),
    ("sorted_rows", "sorted_rows"): _orders,
    ("row_count", "splits"): _split_names,
}
