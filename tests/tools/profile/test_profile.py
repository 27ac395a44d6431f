"""What a first look at an input finds."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.reading import source_of_rows
from corpusmith.tools.profile.model import InputProfile
from corpusmith.tools.profile.profile import LOOKED_AT, identifiers, profile_source, text_candidates

SENTENCE = "The old harbour was quiet that morning, and nobody had seen boat number {} leave the bay."


def profile(rows: list[dict[str, Any]]) -> InputProfile:
    return profile_source(source_of_rows(rows))


def documents(count: int, **columns: Any) -> list[dict[str, Any]]:
    return [{"doc_id": f"d{i}", "body": SENTENCE.format(i), **columns} for i in range(count)]


def test_nulls_empties_lengths_and_distinct_values_are_counted_over_all_rows() -> None:
    found = profile([{"t": "aa"}, {"t": None}, {"t": " "}, {"t": "aa"}, {"t": "bbbb"}]).columns["t"]
    assert (found.rows, found.nulls, found.empty, found.distinct, found.longest) == (5, 1, 1, 3, 4)
    assert found.mean_length == pytest.approx(9 / 4)


@pytest.mark.parametrize("count", [500, 20_000])
def test_distinct_values_are_exact_when_few_and_near_when_many(count: int) -> None:
    found = profile([{"n": i % count} for i in range(count + 100)]).columns["n"]
    assert found.distinct == count if count < 4_000 else found.distinct == pytest.approx(count, rel=0.1)


def test_few_short_values_are_listed_and_many_are_not() -> None:
    rows = [{"kind": "ab"[i % 2], "name": f"name {i}"} for i in range(100)]
    found = profile(rows).columns
    assert found["kind"].values == ["a", "b"]
    assert found["name"].values == []


def test_the_documents_are_found_by_name_or_by_being_the_only_long_text() -> None:
    assert profile(documents(50)).text_column == "body"
    assert profile([{"tag": "x", "story": SENTENCE}] * 3).text_column == "story"
    assert profile([{"question": SENTENCE, "answer": SENTENCE + SENTENCE}] * 3).text_column is None


def test_identifiers_are_no_candidates_for_the_text_and_the_longest_comes_first() -> None:
    rows = [{"nr": f"a{i}", "question": SENTENCE, "answer": SENTENCE * 2, "label": "x"} for i in range(60)]
    columns = profile(rows).columns
    assert identifiers(columns) == ["nr"]
    assert text_candidates(columns) == ["answer", "question", "label"]


def test_languages_and_personal_data_come_from_a_sample() -> None:
    rows = documents(LOOKED_AT * 2)
    for row in rows:
        row["body"] += " Write to jane.doe@example.org."
    found = profile(rows)
    assert found.looked_at == LOOKED_AT
    assert found.languages == {"en": LOOKED_AT}
    assert found.personal_data == {"email": LOOKED_AT}


def test_shown_rows_hold_no_personal_data_and_are_cut() -> None:
    rows = [{"text": "jane.doe@example.org " + "word " * 1000}] * 3
    shown = profile(rows).samples
    assert all("jane.doe" not in row["text"] and len(row["text"]) <= 201 for row in shown)
