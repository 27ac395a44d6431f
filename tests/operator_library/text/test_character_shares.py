from __future__ import annotations

import pytest

from corpusmith.operator_library.text.character_shares import digit_share, uppercase_share


def test_white_space_does_not_dilute_the_share_of_digits() -> None:
    assert digit_share("1 a\n\t ") == 0.5


def test_digits_of_other_scripts_are_digits() -> None:
    assert digit_share("٣٤") == 1.0


def test_letters_without_case_count_as_letters() -> None:
    assert uppercase_share("A中中中") == pytest.approx(0.25)


def test_a_text_without_letters_or_content_has_a_share_of_zero() -> None:
    assert (uppercase_share("12 34"), digit_share(" \n")) == (0.0, 0.0)
