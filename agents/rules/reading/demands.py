"""Demands: facts become criteria once their columns, values and open questions are settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....engine.errors import UserError, did_you_mean
from ....tools.checks.template import Means
from .columns import ColumnNames
from .facts import ROW, TEXT, Choice, Fact, NotUnderstoodError, settled
from .lexicon import Lexicon
from .slots.columns import UnknownColumn
from .slots.words import Listed

_ALL_BREAKERS = "Where the input misses a share, every row that stands against it is dropped or edited, not only as many as it takes."


@dataclass(frozen=True)
class Demand:
    """One demand, ready to become a criterion."""

    check: str
    params: Mapping[str, Any]
    means: Means
    notes: tuple[str, ...] = ()
    presumed: bool = False
    question: str | None = None
    options: tuple[tuple[str, Demand], ...] = ()
    """What it would be with each answer; empty when there is no question."""


def demand(fact: Fact, columns: ColumnNames, lexicon: Lexicon) -> Demand:
    """Return what a fact demands. Raises ``NotUnderstoodError``, or ``UserError`` for a column that does not exist."""
    fact = replace(
        fact, column=_known(fact.column, columns), params={k: _known(v, columns) for k, v in fact.params.items()}
    )
    if fact.doubt is not None:
        raise NotUnderstoodError(fact.doubt)
    choice = _open_question(fact)
    if choice is None:
        return _made(replace(fact, choice=None), columns, lexicon)
    options = tuple((label, _made(_chosen(fact, params), columns, lexicon)) for label, params in choice.options)
    return replace(options[0][1], question=choice.question, options=options)


def _chosen(fact: Fact, params: Mapping[str, Any]) -> Fact:
    merged = {name: value for name, value in {**fact.params, **params}.items() if value is not None}
    return replace(fact, params=merged, choice=None)


def _open_question(fact: Fact) -> Choice | None:
    """A pattern with anchors says itself how much of a value it is about."""
    anchored = fact.check == "pattern" and any(
        sign in str(fact.params.get("pattern")) for sign in ("^", "$", "\\A", "\\Z")
    )
    return None if anchored else fact.choice


def _made(fact: Fact, columns: ColumnNames, lexicon: Lexicon) -> Demand:
    column = fact.params.get("column") or fact.column
    if fact.rule:
        column = columns.final(column) if column not in (None, TEXT) else TEXT
        fact = _checked(fact, column, columns, lexicon)
        fact = settled(fact)
        params = {"column": column, **{name: value for name, value in fact.params.items() if name != "column"}}
        return _ruled(fact, params)
    if fact.column is not None and fact.check not in ("near_duplicates", "unique_rows"):
        raise NotUnderstoodError("said of one column, but it is about the whole output")
    if fact.column is not None:
        fact = replace(fact, params=_in_place_of_text(fact.params, fact.column))
    fact = settled(fact)
    if fact.check == "renamed" and fact.params["new"] in columns.types and fact.params["old"] not in columns.renamed:
        raise NotUnderstoodError(f"the input has a column `{fact.params['new']}` already")
    return Demand(fact.check, _renamed(fact, columns), fact.means or "any", fact.notes, fact.presumed)


def _ruled(fact: Fact, params: Mapping[str, Any]) -> Demand:
    means = fact.means or "any"
    inner = {"rule": fact.check, "params": dict(params)}
    if fact.share is None:
        return Demand("every_row", inner, means, fact.notes, fact.presumed)
    return Demand(
        "share_of_rows",
        {**inner, **{f"{k}_share": v for k, v in fact.share.items()}},
        means,
        (*fact.notes, _ALL_BREAKERS),
    )


def _known(value: Any, columns: ColumnNames) -> Any:
    if isinstance(value, list):
        return [_known(item, columns) for item in value]
    if isinstance(value, UnknownColumn):
        raise UserError(
            f"The spec names a column `{value.name}` that the input does not have.",
            fix=did_you_mean(value.name, columns.known()),
        )
    return value


def _checked(fact: Fact, column: str, columns: ColumnNames, lexicon: Lexicon) -> Fact:
    """Return the fact with its values as the column holds them. Raises ``NotUnderstoodError`` for values it cannot hold."""
    kind = columns.type_of(columns.text or "" if column == TEXT else column)
    if fact.check == "allowed_values":
        return replace(fact, params=_values(fact.params, column, kind, columns, lexicon, fact.holds))
    if fact.check == "number_range" and kind not in ("integer", "number", "any", None):
        raise NotUnderstoodError("a number of what? Name the unit")
    if fact.check == "language" and column != TEXT and _holds_categories(column, columns, lexicon):
        raise NotUnderstoodError(f"`{column}` may hold the name of a language; put the value in quotes")
    if fact.check in ("length", "language", "letter_case") and kind in ("integer", "number", "boolean", "time"):
        raise NotUnderstoodError(f"`{column}` holds no text")
    return replace(fact, params=_terms(fact, columns)) if "terms" in fact.params else fact


def _holds_categories(column: str, columns: ColumnNames, lexicon: Lexicon) -> bool:
    words = column.casefold().replace("-", "_").split("_")
    return column in columns.values or bool(lexicon.words("category").intersection(words))


def _terms(fact: Fact, columns: ColumnNames) -> dict[str, Any]:
    """A list of words with commas only does not say whether one or all of them are meant, unless none is."""
    params = dict(fact.params)
    literal = params.pop("literal", False)
    if literal and any(columns.exact(str(term)) is not None for term in params["terms"]):
        raise NotUnderstoodError("the column of this name, or the piece of text?")
    if literal and not fact.holds:
        params["whole_words"] = False
    joint = params.pop("mode", None)
    if joint is None:
        return params
    several = len(params["terms"]) > 1
    if several and joint == ",":
        raise NotUnderstoodError('any of these words, or all of them? Write "or" or "and"')
    return {**params, "mode": "all" if several and joint == "and" else "any"}


def _values(
    params: Mapping[str, Any], column: str, kind: str | None, columns: ColumnNames, lexicon: Lexicon, holds: bool
) -> dict[str, Any]:
    given = params["values"]
    if isinstance(given, Listed) and given.bare and any(columns.spoken(str(item).casefold()) for item in given.items):
        raise NotUnderstoodError("compares two columns; no check does")
    if params.get("guarded") and isinstance(given, Listed):
        if any(columns.exact(str(item)) is not None for item in given.items):
            raise NotUnderstoodError("the column of this name, or a value?")
        if given.joint == "and":
            raise NotUnderstoodError("a value is one or the other, not both")
        if given.bare and not _are_values(given.items, column, columns, lexicon, holds):
            raise NotUnderstoodError("if these are values of the column, put them in quotes")
    items = given.items if isinstance(given, Listed) else given
    rest = {name: value for name, value in params.items() if name not in ("values", "guarded")}
    return {**rest, "values": [_as_kind(item, kind) for item in items]}


def _are_values(items: Sequence[Any], column: str, columns: ColumnNames, lexicon: Lexicon, holds: bool) -> bool:
    """Bare words are values where the column is known to hold them, or where it plainly is a category.

    A word taken for a value by mistake empties a data set when it must be, and changes nothing when it must not be; the
    second would go unseen, so there bare words must be known values.
    """
    known = columns.values.get(column)
    if known is not None:
        return all(str(item) in known for item in items)
    category = column.casefold() in lexicon.words("category") and holds
    return category and not any(_is_judgement(str(item).casefold(), lexicon) for item in items)


def _is_judgement(word: str, lexicon: Lexicon) -> bool:
    endings = (
        "able",
        "ible",
        "ful",
        "less",
        "ous",
        "ive",
        "ing",
        "ish",
        "est",
        "ly",
        "ant",
        "ent",
        "ic",
        "y",
        "er",
        "ed",
    )
    return (
        word in lexicon.words("judgement") or word.endswith(endings) or word.startswith(("un", "in", "im", "ir", "non"))
    )


def _as_kind(item: Any, kind: str | None) -> Any:
    text = str(item)
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        raise NotUnderstoodError(f"the column holds numbers, and {text!r} is none") from None
    if kind == "boolean":
        if text.casefold() not in ("true", "false"):
            raise NotUnderstoodError(f"the column holds true or false, not {text!r}")
        return text.casefold() == "true"
    return text


def _in_place_of_text(params: Mapping[str, Any], column: str) -> dict[str, Any]:
    return {
        name: [column] if value in ([TEXT], [ROW]) else column if value == TEXT else value
        for name, value in params.items()
    }


def _renamed(fact: Fact, columns: ColumnNames) -> dict[str, Any]:
    """Return the parameters with the names that columns have in the output."""
    if fact.check == "renamed":
        return dict(fact.params)
    names = {"columns", "column", "required", "absent", "exact", "by", "group", "length_of"}
    return {name: _final(value, columns) if name in names else value for name, value in fact.params.items()}


def _final(value: Any, columns: ColumnNames) -> Any:
    return [columns.final(item) for item in value] if isinstance(value, list) else columns.final(value)
