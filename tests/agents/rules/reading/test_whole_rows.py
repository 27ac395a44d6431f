"""An input without a clear main text: what duplicates are there, and which column a demand on texts asks about."""

from __future__ import annotations

from typing import Any

from corpusmith.agents.rules.reading.reader import read_spec
from corpusmith.tools.contract.model import Reading
from corpusmith.tools.contract.subject import Subject

NAMES = ("id", "question", "answer", "notes")
PAIRS = Subject(
    columns=dict.fromkeys(NAMES, "text"),
    rows=100,
    identifiers=frozenset({"id"}),
    text_candidates=("answer", "question"),
)


def params(reading: Reading) -> list[Any]:
    return [criterion.params for criterion in reading.criteria]


def compared(spec: str, subject: Subject = PAIRS) -> list[str]:
    return list(params(read_spec(spec, subject))[-1]["columns"])


def test_duplicates_are_equal_in_all_columns_but_identifiers() -> None:
    reading = read_spec("No duplicates.", PAIRS)
    assert params(reading) == [{"columns": ["question", "answer", "notes"]}]
    assert any("`id`" in assumption for assumption in reading.assumptions)
    assert not reading.ambiguities


def test_columns_that_do_not_stay_are_not_compared() -> None:
    assert compared("Drop the `notes` column. Remove duplicates.") == ["question", "answer"]
    assert compared("Keep only the columns `id` and `answer`. No exact duplicates.") == ["answer"]


def test_columns_are_compared_by_the_names_that_they_get() -> None:
    assert compared("Rename `answer` to `response`. No duplicates.") == ["question", "response", "notes"]


def test_without_identifiers_whole_rows_are_compared() -> None:
    assert compared("No duplicates.", Subject(columns=dict.fromkeys(NAMES, "text"))) == []


def test_with_a_main_text_that_alone_is_compared() -> None:
    subject = Subject(columns=dict.fromkeys(NAMES, "text"), text_column="answer", identifiers=frozenset({"id"}))
    assert compared("No duplicates.", subject) == ["answer"]


def test_duplicate_texts_are_about_the_text_and_ask_which_it_is() -> None:
    for spec in ("No duplicate texts.", "No two rows may have the same text.", "All texts must be unique."):
        reading = read_spec(spec, PAIRS)
        assert params(reading) == [{"columns": ["answer"]}]
        assert [question.options for question in reading.ambiguities] == [["`answer`", "`question`"]]


def test_the_likeliest_text_is_assumed_and_an_identifier_never_offered() -> None:
    reading = read_spec("At least 5 words.", PAIRS)
    assert [question.options for question in reading.ambiguities] == [["`answer`", "`question`"]]
    assert params(reading)[0]["params"]["column"] == "answer"
    nameless = Subject(columns=dict.fromkeys(NAMES, "text"), identifiers=frozenset({"id"}))
    offered = read_spec("At least 5 words.", nameless).ambiguities[0].options
    assert offered == ["`question`", "`answer`", "`notes`"]
