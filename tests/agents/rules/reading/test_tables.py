"""The phrase tables and the lexicon: well formed, and about checks that exist."""

from __future__ import annotations

import pytest

from corpusmith.agents.rules.reading.columns import ColumnNames
from corpusmith.agents.rules.reading.lexicon import load_lexicon
from corpusmith.agents.rules.reading.patterns import PatternError, compile_pattern, match
from corpusmith.agents.rules.reading.phrases import load_phrases
from corpusmith.agents.rules.reading.scan import Scan
from corpusmith.agents.rules.reading.tokens import tokenize
from corpusmith.tools.checks.catalogue import rules, templates


def stands(pattern: str, text: str) -> bool:
    scan = Scan(tokenize(text, 0, len(text)), load_lexicon(), ColumnNames({}, None))
    elements = compile_pattern(pattern, load_lexicon())
    return any(end == len(scan) for end, _ in match(elements, scan, 0))


def test_every_phrase_asks_for_a_rule_or_a_check_that_exists() -> None:
    phrases = [phrase for shape in load_phrases().values() for phrase in shape]
    assert {phrase.check for phrase in phrases if phrase.rule} <= set(rules())
    assert {phrase.check for phrase in phrases if not phrase.rule} <= set(templates())


def test_every_rule_and_every_check_that_can_be_asked_for_has_a_table() -> None:
    told = {phrase.check for shape in load_phrases().values() for phrase in shape}
    not_asked_for = {"every_row", "share_of_rows", "provenance", "complete", "needless_edits"}
    assert {*rules(), *templates()} - not_asked_for <= told


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("contain|contains {terms}", 'contains "a"'),
        ("remove [all] (odd rows|empty lines)", "remove all of the empty lines"),
        ("at [the] end", "at end"),
        ("<rows> go", "documents go"),
    ],
)
def test_a_pattern_stands_where_it_should(pattern: str, text: str) -> None:
    assert stands(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a b|c d) e", "a c e"), ("contain|contains {terms}", "contains a"), ("at end", "at banana end")],
)
def test_a_pattern_does_not_stand_elsewhere(pattern: str, text: str) -> None:
    assert not stands(pattern, text)


@pytest.mark.parametrize("pattern", ["{nothing}", "<nothing>", "[a", "a)", "a -> b"])
def test_a_pattern_that_is_written_wrongly_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="Phrase"):
        compile_pattern(pattern, load_lexicon())
