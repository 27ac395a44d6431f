from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.emoji import emoji_count, remove_emoji

PIECES = [
    "😀",
    "👍",
    "\U0001f3fd",
    "\u200d",
    "\ufe0f",
    "❤",
    "©",
    "1",
    "\u20e3",
    "🇩",
    "🇪",
    "👩‍🚀",
    "a",
    " ",
    "™",
    "\U000e0067",
]
texts = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join)


@pytest.mark.parametrize("picture", ["😀", "👍🏽", "👩‍🚀", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "❤️", "❤", "©️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫠", "☕"])
def test_a_sequence_is_one_emoji_and_goes_as_a_whole(picture: str) -> None:
    assert emoji_count(f"a{picture}b") == 1
    assert remove_emoji(f"a{picture}b") == "ab"


@pytest.mark.parametrize("text", ["© 2024 ™", "a → b ↔ c", "3 * 4 # 5", "中文 ①", "✓ done", "€ ∑ ♭"])
def test_typography_is_no_emoji(text: str) -> None:
    assert emoji_count(text) == 0


@given(texts)
def test_no_emoji_is_left_and_nothing_changes_twice(text: str) -> None:
    cleaned = remove_emoji(text)
    assert emoji_count(cleaned) == 0
    assert remove_emoji(cleaned) == cleaned


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert remove_emoji(text) == text
