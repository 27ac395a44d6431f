"""What keeps a rule is left alone by the clean-up that the rule names: the premise of two checks of every run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import corpusmith.operator_library
from corpusmith.engine.registry import Registry
from corpusmith.tools.checks.input_reading import cast
from corpusmith.tools.checks.row_tally import parsed_rule
from corpusmith.tools.checks.template import Remedy

EDITS: list[tuple[str, dict[str, Any]]] = [
    *(("clean_text", {"of": of}) for of in ("html", "urls", "emoji", "whitespace", "unicode")),
    ("no_personal_data", {}),
    *(("no_personal_data", {"kinds": [kind], "style": "remove"}) for kind in ("email", "phone", "ip", "card", "iban")),
    ("no_banned_terms", {"terms": ["foo", "bar baz", "C++"]}),
    ("no_banned_terms", {"terms": ["ß", "İ"], "whole_words": False}),
    ("letter_case", {"case": "lower"}),
    ("letter_case", {"case": "upper"}),
]
HOSTILE = (
    *("<b", ">", "&", "&amp;", ";", "</p>", "<!--", "-->", "<script>", "\x1b[0m", "http://", "www.", "a.org", "@", "."),
    *(
        "\u200d",
        "\u200c",
        "\ufe0f",
        "\ufeff",
        "\ufffd",
        "e\u0301",
        "é",
        "Ã©",
        "\u0644",
        "\u0915",
        "👍",
        "🇫🇷",
        "1️⃣",
        "ⅷ",
        "İ",
        "ß",
    ),
    *(
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\x0b",
        "\x1c",
        "\x85",
        "\u00a0",
        "\u2028",
        "\u3000",
        "foo",
        "bar",
        "baz",
        "C++",
        "A",
        "b",
    ),
    *("127.0.0.1", "3.2.2.5-", "+44 20 7946 0958", "4111", "DE89", "219-09-9999", "0", "7", "-", "(", ")", "x"),
)
texts = st.lists(st.sampled_from(HOSTILE) | st.characters(), max_size=12).map("".join)


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made


def edited(registry: Registry, remedy: Remedy, text: str) -> Any:
    return registry.get(remedy.operator).implementation(text, **remedy.params)


@pytest.mark.parametrize("case", EDITS, ids=str)
@settings(max_examples=400)
@example(text="")
@example(text="a\u00a0b\tc")
@given(text=texts)
def test_a_text_that_keeps_the_rule_stays_as_it_is(
    registry: Registry, case: tuple[str, dict[str, Any]], text: str
) -> None:
    rule, params = parsed_rule(case[0], {"column": "text", **case[1]})
    if rule.holds(text, params):
        assert [edited(registry, remedy, text) for remedy in rule.remedies(params, "edit")] == [text]


@pytest.mark.parametrize("to", ["text", "integer", "number", "boolean"])
@given(value=st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text())
def test_a_value_of_the_type_stays_as_it_is(to: Any, value: Any) -> None:
    rule, params = parsed_rule("value_type", {"column": "value", "type": to})
    if rule.holds(value, params) and not (to == "number" and isinstance(value, int)):
        assert cast(value, to) == value


def test_real_texts_that_keep_a_rule_stay_as_they_are(registry: Registry, eval_data: Path) -> None:
    cases = [(parsed_rule(name, {"column": "text", **given})) for name, given in EDITS]
    changed = [
        (rule.name, params, text)
        for text in real_texts(eval_data)
        for rule, params in cases
        if rule.holds(text, params)
        for remedy in rule.remedies(params, "edit")
        if edited(registry, remedy, text) != text
    ]
    assert changed == []


def real_texts(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "langid" / "sentences").glob("*.txt")):
        yield from islice(path.read_text("utf-8").splitlines(), 40)
    for sentence in json.loads((folder / "pii" / "generated_small.json").read_text("utf-8"))[:300]:
        yield sentence["full_text"]
    for path in sorted((folder / "rust_book").rglob("*.md"))[:40]:
        yield path.read_text("utf-8")
