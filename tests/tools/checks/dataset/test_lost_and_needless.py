"""What the checks of lost rows and needless edits say in the cases between the plain ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from corpusmith.tools.checks.catalogue import template
from corpusmith.tools.checks.edits import share_left
from corpusmith.tools.checks.memory_output import MemoryOutput
from corpusmith.tools.checks.template import Measurement

T = {"column": "text"}
FIVE_WORDS = {"rule": "length", "params": {**T, "unit": "words", "min": 5}}
TIDY = {"rule": "clean_text", "params": {**T, "of": "whitespace"}}
NO_MARKUP = {"rule": "clean_text", "params": {**T, "of": "html"}}
NO_DATA = {"rule": "no_personal_data", "params": T}


def complete(source: Sequence[Any], kept: Mapping[int, Any], column: str = "text", **params: Any) -> Measurement:
    """Measure on an input of these texts, of which ``kept`` gives what the rows at some positions became."""
    output = MemoryOutput(
        {"train": {"text": list(kept.values())}}, source={column: list(source)}, origins=[(at,) for at in kept]
    )
    check = template("complete")
    return check.measure(output, check.Params.model_validate(params))


def edits(before: Any, after: Any, *rules: Any, cast: Any = None, **settings: Any) -> Measurement:
    output = MemoryOutput(
        {"train": {"text": [after, "other"] if isinstance(after, str) else [after]}},
        source={"raw": [before, "other"] if isinstance(before, str) and isinstance(after, str) else [before]},
        **settings,
    )
    check = template("needless_edits")
    column = {"column": "text", "source": "raw", "rules": list(rules), "cast": cast}
    return check.measure(output, check.Params.model_validate({"columns": [column]}))


GOOD = "one two three four five"


def test_a_row_is_lost_that_breaks_nothing_and_not_one_that_breaks_a_rule() -> None:
    assert complete([GOOD, "short"], {0: GOOD}, rules=[FIVE_WORDS]).outcome == "passed"
    found = complete([GOOD, "short", "six " + GOOD], {0: GOOD}, rules=[FIVE_WORDS])
    assert found.outcome == "failed"
    assert found.failing == ['input row 3: {"text":"six one two three four five"}']


def test_a_lost_row_is_shown_without_its_personal_data() -> None:
    found = complete(["ann@example.org", "b"], {1: "b"})
    assert "[EMAIL]" in found.failing[0]
    assert "ann@" not in found.evidence


def test_of_equal_rows_one_must_be_left() -> None:
    unique = {"unique": [{"columns": ["text"], "normalize": "case_and_whitespace"}]}
    assert complete(["A", " a", "b"], {0: "A", 2: "b"}, **unique).outcome == "passed"
    assert complete(["A", " a", "b"], {2: "b"}, **unique).outcome == "failed"


def test_a_row_may_go_for_one_that_is_left_by_way_of_others() -> None:
    first = "a b c d e f g h i j"
    second, third = f"{first} k l", f"{first} k l m n"
    near = {"near": [{**T, "threshold": 0.75, "ngram": 1}]}
    assert complete([first, second, third], {0: first}, **near).outcome == "passed"
    assert complete([first, third], {0: first}, **near).outcome == "failed"


def test_an_equal_row_that_was_edited_later_or_broke_a_rule_excuses_another() -> None:
    unique = {"unique": [{"columns": ["text"]}]}
    assert complete(["a", "a", "b"], {0: "A", 2: "b"}, **unique).outcome == "passed"


def test_renamed_and_cast_columns_are_read_as_the_output_has_them() -> None:
    rules = [
        {"rule": "value_type", "params": {**T, "type": "integer"}},
        {"rule": "number_range", "params": {**T, "min": 10}},
    ]
    params = {"rules": rules, "names": {"text": "raw"}, "casts": {"text": "integer"}}
    assert complete(["12", "7", "n/a"], {0: 12}, "raw", **params).outcome == "passed"
    assert complete(["12", "17", "n/a"], {0: 12}, "raw", **params).outcome == "failed"
    unique = {**params, "unique": [{"columns": ["text"]}]}
    assert complete(["12", "012", "n/a"], {0: 12}, "raw", **unique).outcome == "passed"


def test_nothing_is_said_where_the_input_lacks_a_column() -> None:
    found = complete(["a", "b"], {0: "a"}, "raw", rules=[FIVE_WORDS])
    assert (found.outcome, "no column `text`" in found.evidence) == ("passed", True)


def test_where_the_spec_asks_for_fewer_rows_only_rows_beyond_that_number_may_go() -> None:
    assert complete(["a", "b"], {0: "a"}, left_out="asked_for").outcome == "passed"
    assert complete(["a", "b"], {0: "a"}, at_most=1).outcome == "passed"
    assert complete(["a", "b", "c"], {0: "a"}, at_most=2).outcome == "failed"


def test_where_no_check_covers_the_whole_spec_a_missing_row_is_unverified() -> None:
    assert complete(["a", "b"], {0: "a"}, left_out="unknown").outcome == "unverified"
    assert complete(["a", "b"], {0: "a", 1: "b"}, left_out="unknown").outcome == "passed"


def test_rows_that_an_edit_would_mend_are_lost_when_they_are_more_than_a_few() -> None:
    texts = [f"  entry {at}  of five words" for at in range(200)]
    params = {"rules": [FIVE_WORDS, TIDY], "edits": [TIDY]}
    tidy = {at: " ".join(text.split()) for at, text in enumerate(texts)}
    assert complete(texts, {at: tidy[at] for at in range(3, 200)}, **params).outcome == "passed"
    found = complete(texts, {at: tidy[at] for at in range(0, 200, 2)}, **params)
    assert found.outcome == "failed"
    assert "some 100 of 200 input rows" in found.evidence


def test_a_rule_that_only_drops_is_asked_of_what_an_edit_leaves() -> None:
    texts = [f"<b>entry {at}</b>" for at in range(100)]
    params = {"rules": [FIVE_WORDS, NO_MARKUP], "edits": [NO_MARKUP]}
    assert complete([*texts, GOOD], {100: GOOD}, **params).outcome == "passed"


@pytest.mark.parametrize(
    ("before", "after", "rules", "outcome"),
    [
        ("a  b", "a b", [TIDY], "passed"),
        ("a b", "a b!", [TIDY], "failed"),
        ("a b", "", [TIDY], "failed"),
        ("a  b", None, [TIDY], "failed"),
        (None, None, [TIDY], "passed"),
        (None, "made up", [TIDY], "failed"),
        ("ann@example.org", "", [NO_DATA], "passed"),
        ("ann@example.org", "[someone]", [NO_DATA], "passed"),
        ("ask ann@example.org about the old mill", "ask about the old mill", [NO_DATA], "passed"),
        ("ask ann@example.org about the old mill", "", [NO_DATA], "failed"),
        ("ask ann@example.org about the old mill", "something else was said here", [NO_DATA], "failed"),
        ("<script>var a = 'many words';</script><i>a</i><i>b</i>", "a b", [NO_MARKUP], "passed"),
        ("<p>Überall ist es schön</p>", "U\u0308berall ist es scho\u0308n", [NO_MARKUP], "passed"),
    ],
)
def test_an_edit_takes_what_a_rule_objects_to(before: Any, after: Any, rules: Any, outcome: str) -> None:
    assert edits(before, after, *rules).outcome == outcome


@pytest.mark.parametrize(
    ("before", "after", "to", "outcome"),
    [
        ("1,234", 1234, "integer", "passed"),
        ("1,234", 1235, "integer", "failed"),
        ("1,234", None, "integer", "failed"),
        (" ", None, "integer", "passed"),
        (7, 7.0, "number", "passed"),
        (7, 7, "number", "passed"),
        (7, "7", "text", "passed"),
        (7, "8", "text", "failed"),
        ("yes", True, "boolean", "passed"),
        ("yes", False, "boolean", "failed"),
    ],
)
def test_a_cast_keeps_the_value(before: Any, after: Any, to: Any, outcome: str) -> None:
    rule = {"rule": "value_type", "params": {**T, "type": to}}
    assert edits(before, after, rule, cast=to).outcome == outcome


def test_a_row_of_several_origins_is_not_compared() -> None:
    assert edits("a b", "something", TIDY, origins=[(0, 1), (1,)]).outcome == "passed"


def test_a_share_left_counts_letters_wherever_white_space_stands() -> None:
    assert share_left("Some Words here", "somewords, HERE") == 1
    assert share_left("", "") == 1
    assert share_left("a", "") == 0
    assert share_left("abcdef", "abc") == 0.25
    assert share_left("aaaaaa", "aaa") == 0.25
