from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.columns import ColumnType
from corpusmith.tools.contract.freeze import freeze
from corpusmith.tools.contract.model import Contract, Criterion, Reading, Span, Uncovered, hash_of_spec
from corpusmith.tools.contract.subject import Subject

SPEC = "Keep English texts. Mask personal data. Rename body to text. Be nice."
COLUMNS: dict[str, ColumnType] = {"id": "text", "text": "text", "year": "integer"}
SUBJECT = Subject(columns=COLUMNS, text_column="text", rows=10)
ENGLISH = {"rule": "language", "params": {"column": "text", "any_of": ["en"]}}


def span(quote: str) -> Span:
    start = SPEC.index(quote)
    return Span(quote=quote, start=start, end=start + len(quote))


def criterion(quote: str, check: str, params: dict[str, Any], **settings: Any) -> Criterion:
    return Criterion(id=settings.pop("id", quote.split()[0]), span=span(quote), check=check, params=params, **settings)


def frozen(*criteria: Criterion, columns: dict[str, ColumnType] | None = None, **settings: Any) -> Contract:
    subject = Subject(columns=columns or COLUMNS, text_column="text", rows=10)
    return freeze(Reading(criteria=list(criteria), **settings), SPEC, subject)


def untouched(contract: Contract) -> list[str]:
    return next((one.params["columns"] for one in contract.criteria if one.check == "untouched_columns"), [])


def test_a_good_criterion_is_frozen_beside_the_checks_of_every_run() -> None:
    contract = frozen(criterion("Keep English texts", "every_row", ENGLISH))
    assert [one.check for one in contract.criteria] == ["every_row", "provenance", "complete", "untouched_columns"]
    assert [one.span is None for one in contract.criteria] == [False, True, True, True]
    assert untouched(contract) == ["id", "text", "year"]
    assert contract.spec_hash == hash_of_spec(SPEC)
    assert contract.version == 1
    assert contract.uncovered == []


def test_the_same_reading_gives_the_same_hash_and_another_spec_another() -> None:
    reading = Reading(criteria=[criterion("Keep English texts", "every_row", ENGLISH)], assumptions=["one"])
    assert freeze(reading, SPEC, SUBJECT).hash == freeze(reading, SPEC, SUBJECT).hash
    assert freeze(reading, SPEC + " ", SUBJECT).hash != freeze(reading, SPEC, SUBJECT).hash
    assert freeze(reading, SPEC, SUBJECT, version=2).hash != freeze(reading, SPEC, SUBJECT).hash
    assert (
        Contract.model_validate_json(freeze(reading, SPEC, SUBJECT).model_dump_json()).hash
        == freeze(reading, SPEC, SUBJECT).hash
    )


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (Span(quote="Keep French texts", start=0, end=17), "Keep English text"),
        (Span(quote="Keep", start=1, end=5), "eep "),
        (Span(quote="Keep", start=900, end=904), ""),
        (Span(quote="Keep", start=-4, end=4), "Keep"),
        (Span(quote="", start=3, end=3), ""),
        (Span(quote=" ", start=4, end=5), " "),
        (None, ""),
    ],
)
def test_a_criterion_whose_quote_is_not_in_the_spec_becomes_uncovered(claimed: Span | None, kept: str) -> None:
    contract = frozen(Criterion(id="c", span=claimed, check="every_row", params=ENGLISH))
    assert [one.check for one in contract.criteria] == ["provenance", "complete", "untouched_columns"]
    (piece,) = contract.uncovered
    assert piece.span.quote == kept == SPEC[piece.span.start : piece.span.end]
    assert "every_row" in piece.why


@pytest.mark.parametrize(
    ("check", "params", "why"),
    [
        ("nonsense", {}, "There is no check"),
        ("every_row", {"rule": "language", "params": {"column": "text", "any_of": ["xx"]}}, "does not know"),
        ("every_row", {"rule": "pattern", "params": {"column": "text", "pattern": "a(?!a)a"}}, "cannot be shown"),
        ("row_count", {"min": -1}, "do not fit"),
    ],
)
def test_a_criterion_that_fails_a_gate_becomes_uncovered_with_the_reason(
    check: str, params: dict[str, Any], why: str
) -> None:
    contract = frozen(criterion("Be nice", check, params))
    assert [one.check for one in contract.criteria] == ["provenance", "complete", "untouched_columns"]
    assert [(piece.span.quote, why in piece.why) for piece in contract.uncovered] == [("Be nice", True)]


def test_what_the_reader_did_not_understand_stays_uncovered_in_the_words_of_the_spec() -> None:
    odd = Uncovered(span=Span(quote="made up", start=0, end=4), why="?")
    contract = frozen(uncovered=[Uncovered(span=span("Be nice"), why="too vague"), odd])
    assert [piece.span.quote for piece in contract.uncovered] == ["Be nice", "Keep"]


@pytest.mark.parametrize(
    ("check", "params", "means", "left"),
    [
        ("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}, "any", ["id", "year"]),
        ("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}, "edit", ["id", "year"]),
        ("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}, "drop", ["id", "text", "year"]),
        ("every_row", {"rule": "value_type", "params": {"column": "year", "type": "text"}}, "any", ["id", "text"]),
        ("columns", {"absent": ["year"]}, "any", ["id", "text"]),
        ("columns", {"exact": ["text", "new"]}, "any", ["text"]),
        ("columns", {"required": ["text"]}, "any", ["id", "text", "year"]),
        ("renamed", {"old": "text", "new": "body"}, "any", ["id", "year"]),
        ("sorted_rows", {"length_of": "text"}, "any", ["id", "text", "year"]),
        ("near_duplicates", {"column": "text"}, "any", ["id", "text", "year"]),
    ],
)
def test_only_columns_that_nobody_asked_to_change_are_held_to_the_input(
    check: str, params: dict[str, Any], means: Any, left: list[str]
) -> None:
    assert untouched(frozen(criterion("Be nice", check, params, means=means))) == left


def test_where_every_column_may_change_none_is_held_to_the_input() -> None:
    masked = criterion("Mask personal data", "every_row", {"rule": "no_personal_data", "params": {"column": "text"}})
    assert untouched(frozen(masked, columns={"text": "text"})) == []


def test_a_renamed_column_that_is_edited_too_is_not_held_to_its_old_values() -> None:
    renamed = criterion("Rename body to text", "renamed", {"old": "body", "new": "text"})
    masked = criterion("Mask personal data", "every_row", {"rule": "no_personal_data", "params": {"column": "text"}})
    columns: dict[str, ColumnType] = {"id": "text", "body": "text"}
    assert "edited" not in frozen(renamed, columns=columns).criteria[0].params
    both = frozen(renamed, masked, columns=columns)
    assert both.criteria[0].params == {"old": "body", "new": "text", "edited": True}
    assert untouched(both) == ["id"]


def test_equal_ids_are_told_apart() -> None:
    same = [criterion("Be nice", "row_count", {"min": 1}, id=name) for name in ("c", "c", "house-provenance", "c")]
    ids = [one.id for one in frozen(*same).criteria]
    assert ids == ["c", "c-2", "house-provenance", "c-3", "house-provenance-2", "house-complete", "house-untouched"]


def params_of(contract: Contract, check: str) -> dict[str, Any]:
    return next((one.params for one in contract.criteria if one.check == check), {})


LONG = {"rule": "length", "params": {"column": "text", "unit": "words", "min": 5}}
MASKED = {"rule": "no_personal_data", "params": {"column": "text"}}
WHOLE = {"rule": "value_type", "params": {"column": "year", "type": "integer"}}


def test_the_check_for_lost_rows_knows_every_reason_for_which_a_row_may_go() -> None:
    contract = frozen(
        criterion("Keep English texts", "every_row", ENGLISH),
        criterion("Be nice", "every_row", WHOLE),
        criterion("Be nice", "unique_rows", {"columns": ["id"]}),
        criterion("Be nice", "near_duplicates", {"column": "text"}),
        criterion("Be nice", "row_count", {"max": 7}),
        criterion("Be nice", "no_leakage", {"column": "text"}),
        criterion("Rename body to text", "renamed", {"old": "body", "new": "text"}),
    )
    assert params_of(contract, "complete") == {
        "rules": [ENGLISH, WHOLE],
        "edits": [],
        "names": {"text": "body"},
        "casts": {"year": "integer"},
        "unique": [{"columns": ["id"]}, {"columns": ["text"], "normalize": "case_and_whitespace"}],
        "near": [{"column": "text"}],
        "left_out": "never",
        "at_most": 7,
    }


@pytest.mark.parametrize(
    ("check", "params", "left_out"),
    [
        ("sample", {"count": 5}, "asked_for"),
        ("row_count", {"max": 5, "split": "test"}, "asked_for"),
        ("kept_share", {"max": 0.5}, "asked_for"),
        ("share_of_rows", {**LONG, "max_share": 0.5}, "asked_for"),
        ("share_of_rows", {**LONG, "min_share": 0.5}, "never"),
        ("row_count", {"min": 5}, "never"),
        ("kept_share", {"min": 0.5}, "never"),
    ],
)
def test_rows_that_break_nothing_may_go_only_where_the_spec_asks_for_it(
    check: str, params: dict[str, Any], left_out: str
) -> None:
    assert params_of(frozen(criterion("Be nice", check, params)), "complete")["left_out"] == left_out


def test_what_no_check_covers_may_ask_for_leaving_rows_out() -> None:
    contract = frozen(uncovered=[Uncovered(span=span("Be nice"), why="too vague")])
    assert params_of(contract, "complete")["left_out"] == "unknown"


def test_an_edit_is_no_reason_to_drop_a_row_unless_a_filter_looks_at_the_column() -> None:
    edit = criterion("Mask personal data", "every_row", MASKED, means="edit")
    alone = params_of(frozen(edit), "complete")
    assert (alone["rules"], alone["edits"]) == ([], [MASKED])
    beside = params_of(frozen(edit, criterion("Be nice", "every_row", LONG)), "complete")
    assert (beside["rules"], beside["edits"]) == ([MASKED, LONG], [MASKED])
    equal = params_of(frozen(edit, criterion("Be nice", "unique_rows", {})), "complete")
    assert equal["rules"] == [MASKED]


def test_edited_columns_are_held_to_the_rules_that_they_are_edited_for() -> None:
    contract = frozen(
        criterion("Mask personal data", "every_row", MASKED),
        criterion("Be nice", "every_row", LONG),
        criterion("Be nice", "every_row", WHOLE),
        criterion("Rename body to text", "renamed", {"old": "body", "new": "text"}),
        columns={"id": "text", "body": "text", "year": "text"},
    )
    assert params_of(contract, "needless_edits")["columns"] == [
        {"column": "text", "source": "body", "rules": [MASKED], "cast": None},
        {"column": "year", "source": "year", "rules": [WHOLE], "cast": "integer"},
    ]
    dropped = frozen(
        criterion("Mask personal data", "every_row", MASKED), criterion("Be nice", "columns", {"absent": ["text"]})
    )
    assert params_of(dropped, "needless_edits") == {}
