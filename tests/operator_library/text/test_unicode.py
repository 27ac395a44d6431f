from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.unicode import normalize_unicode, unicode_problem_count

PIECES = [
    "Ã©",
    "â€œ",
    "â€™",
    "\u0301",
    "e",
    "\x00",
    "\ufffd",
    "\ufeff",
    "\u200b",
    "\u200c",
    "\u200d",
    "👩",
    "م",
    "\r",
    "\x1b[31m",
    "\x85",
    "Â",
    "\xa0",
    "\ud800",
    "K",
]
texts = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=()), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("plain ascii\ttext\r\n", 0),
        ("“curly” – naïve 中文，全角", 0),
        ("می‌خواهم", 0),
        ("👩‍🚀 ❤️‍🔥", 0),
        ("\ufeffstart", 1),
        ("a\u200bb\u2060c", 2),
        ("a\u200db", 1),
        ("\x00\x07", 2),
        ("lost \ufffd", 1),
        ("e\u0301", 1),
        ("sÃ¼ÃŸ", 1),
    ],
)
def test_broken_places_count_and_good_text_does_not(text: str, count: int) -> None:
    assert unicode_problem_count(text) == count


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("It’s “fine”", "It’s “fine”"),
        ("sÃ¼ÃŸ\nund normal", "süß\nund normal"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("e\u0301 \ufeffA\u030a", "é Å"),
        ("tab\tline\r\n", "tab\tline\r\n"),
    ],
)
def test_text_is_mended_and_good_text_left_alone(text: str, mended: str) -> None:
    assert normalize_unicode(text) == mended


@given(texts)
def test_no_problem_is_left_and_nothing_changes_twice(text: str) -> None:
    mended = normalize_unicode(text)
    assert unicode_problem_count(mended) == 0
    assert normalize_unicode(mended) == mended
