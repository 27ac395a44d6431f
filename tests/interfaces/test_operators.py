"""``corpusmith operators`` list, show and search, through the real command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

WORKSPACE_OPERATOR = '''
"""A measure with a name that a terminal must not obey."""
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example


@operator(kind="evaluate", phase="annotate", example=Example(
    rows=[{"text": "a\\x1b[31m  b"}], becomes=[{"text": "a\\x1b[31m  b", "own_length": 9}]))
def own_length(text: str) -> int:
    """Length of [red]a text[/red] \\x1b[31mwith \\u202ean escape."""
    return len(text)
'''


def put_in_workspace(source: str) -> None:
    folder = Path(os.environ["CORPUSMITH_HOME"]) / "operators"
    folder.mkdir(parents=True)
    (folder / "own.py").write_text(source, encoding="utf-8")


def longest_line(text: str) -> int:
    return max(len(line.rstrip()) for line in text.splitlines())


def test_the_list_groups_operators_by_domain_and_fits_80_columns(corpusmith: Any) -> None:
    ended = corpusmith("operators", "list")
    assert ended.code == 0
    lines = [line.rstrip() for line in ended.out.splitlines()]
    assert lines.index("core") < lines.index("text")
    text_part = lines[lines.index("text") :]
    assert any(line.split()[:3] == ["word_count", "evaluate", "map"] for line in text_part)
    assert longest_line(ended.out) <= 80
    assert "\x1b" not in ended.out


def test_the_list_can_be_narrowed_to_a_domain_and_a_kind(corpusmith: Any) -> None:
    listed = corpusmith("operators", "list", "--domain", "text", "--kind", "filter", "--json").json()
    assert "word_count_filter" in [operator["name"] for operator in listed]
    assert {(operator["domain"], operator["kind"]) for operator in listed} == {("text", "filter")}


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (["list", "--domain", "txt"], "no domain `txt`", "Did you mean `text`?"),
        (["list", "--kind", "filtre"], "no kind `filtre`", "Did you mean `filter`?"),
        (["show", "word_cuont"], "no operator `word_cuont`", "Did you mean `word_count`?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    corpusmith: Any, arguments: list[str], what: str, hint: str
) -> None:
    ended = corpusmith("operators", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert what in ended.err
    assert hint in ended.err
    assert "Traceback" not in ended.err


def test_looking_at_operators_makes_no_workspace(corpusmith: Any, isolated_home: Path) -> None:
    assert corpusmith("operators", "list").code == 0
    assert corpusmith("operators", "show", "word_count").code == 0
    assert not list(isolated_home.iterdir())


def test_one_operator_is_shown_with_all_that_a_step_needs(corpusmith: Any) -> None:
    ended = corpusmith("operators", "show", "near_duplicates")
    assert ended.code == 0
    assert "near_duplicates(text, *, threshold=0.8, ngram=3)" in ended.out
    assert "threshold  number   0.8      > 0, <= 1" in ended.out
    assert "operator: near_duplicates" in ended.out
    assert "needs all rows" in ended.out
    assert "near_duplicates@1+" in ended.out
    assert "fuzzy deduplication of documents" in ended.out
    example = ended.out[ended.out.index("Example: rows in") :]
    assert example.count('"The quick brown fox jumps over the lazy dog."') == 2
    assert "Example: dropped, in order\n  near_duplicate" in example
    assert longest_line(ended.out) <= 80


def test_required_parameters_and_their_ranges_are_told(corpusmith: Any) -> None:
    shown = corpusmith("operators", "show", "select_columns", "--json").json()
    (columns,) = shown["parameters"]
    assert (columns["type"], columns["required"], columns["range"]) == ("list of column name", True, ">= 1 items")
    count = corpusmith("operators", "show", "sample_rows", "--json").json()["parameters"][0]
    assert (count["name"], count["type"], count["default"], count["range"]) == (
        "count",
        "integer or null",
        "null",
        ">= 1",
    )


def test_every_operator_can_be_shown_within_80_columns(corpusmith: Any) -> None:
    for operator in corpusmith("operators", "list", "--json").json():
        ended = corpusmith("operators", "show", operator["name"])
        assert (ended.code, longest_line(ended.out) <= 80) == (0, True), operator["name"]


def test_an_operator_of_the_workspace_is_shown_as_text_and_never_obeyed(corpusmith: Any) -> None:
    put_in_workspace(WORKSPACE_OPERATOR)
    ended = corpusmith("operators", "show", "own_length")
    assert ended.code == 0
    assert "[red]a text[/red] \\x1b[31mwith \\u202ean escape" in ended.out
    assert "\x1b" not in ended.out
    assert '"a\\u001b[31m  b"' in ended.out
    assert "own.py" in ended.out


def test_a_search_finds_what_serves_a_need(corpusmith: Any) -> None:
    ended = corpusmith("operators", "search", "number of words in a text", "--limit", "3")
    assert ended.code == 0
    assert "word_count" in ended.out
    assert "Nothing fits" not in ended.out
    hits = corpusmith("operators", "search", "number of words in a text", "--limit", "3", "--json").json()
    assert len(hits["hits"]) == 3
    assert hits["nothing_fits"] is False
    assert hits["hits"][0]["score"] >= hits["hits"][1]["score"] >= hits["hits"][2]["score"]


def test_a_search_that_nothing_fits_says_so_and_marks_the_nearest(corpusmith: Any) -> None:
    ended = corpusmith("operators", "search", "book a flight to Rome")
    assert ended.code == 0
    assert ended.out.startswith("Nothing fits “book a flight to Rome”")
    assert "below the threshold" in ended.out
    found = corpusmith("operators", "search", "book a flight to Rome", "--json").json()
    assert found["nothing_fits"] is True
    assert not any(hit["fits"] for hit in found["hits"])


def test_an_empty_search_is_refused(corpusmith: Any) -> None:
    assert corpusmith("operators", "search", " ").code == 2


def test_a_terminal_that_knows_ascii_alone_gets_the_list_and_valid_json(corpusmith_process: Any) -> None:
    put_in_workspace(WORKSPACE_OPERATOR.replace("Length of", "Länge von 👍"))
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    assert "L\\xe4nge von \\U0001f44d" in corpusmith_process("operators", "list", env=ascii_only).out
    shown = corpusmith_process("operators", "show", "own_length", "--json", env=ascii_only)
    assert shown.json()["summary"].startswith("Länge von 👍")
