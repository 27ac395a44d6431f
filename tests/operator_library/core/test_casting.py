from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import RowError
from corpusmith.operator_library.core.casting import to_boolean, to_integer, to_number, to_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.integers())


@pytest.mark.parametrize("cast", [to_text, to_integer, to_number, to_boolean])
def test_null_stays_null(cast: Any) -> None:
    assert cast(None) is None


@given(st.text())
def test_text_is_never_changed_by_a_cast_to_text(text: str) -> None:
    assert to_text(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (2**70, "1180591620717411303424"),
        (0.1, "0.1"),
        (True, "true"),
        (Decimal("1.50"), "1.50"),
        (["ä", 1, None], '["ä", 1, null]'),
        ({"a": True}, '{"a": true}'),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), "2024-02-29T12:00:00+00:00"),
        ("ä".encode(), "ä"),
    ],
)
def test_values_have_the_text_that_people_write(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", [b"\xff", object(), [object()], [float("nan")]])
def test_what_has_no_text_form_quarantines_its_row(value: Any) -> None:
    with pytest.raises(RowError, match="cannot be cast to a text"):
        to_text(value)


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("007", 7),
        ("1,234", 1234),
        ("12,345,678", 12345678),
        (" 7 ", 7),
        ("+7", 7),
        ("\N{MINUS SIGN}7", -7),
        ("-0", 0),
        ("3.5e2", 350),
        ("7.000", 7),
        (7.0, 7),
        (True, 1),
        (2**63 - 1, 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_whole_numbers_as_people_write_them(value: Any, whole: int) -> None:
    assert to_integer(value) == whole
    assert type(to_integer(value)) is int


@pytest.mark.parametrize(
    "value",
    [
        *("9223372036854775808", "-9223372036854775809", "1e19", "1e999999", "1e-999999", "1e99999999999999999999"),
        *(
            "1.5",
            1.5,
            "1,23",
            "1,2345",
            ",5",
            "",
            " ",
            ".",
            "e5",
            "1 234",
            "0x10",
            "1_000",
            "٣",
            "nan",
            "inf",
            "7 apples",
        ),
        *(2**63, 1e300, float("nan"), float("inf"), [7], "9" * 100_000),
    ],
)
def test_what_is_no_64_bit_integer_quarantines_its_row(value: Any) -> None:
    with pytest.raises(RowError, match="cannot be cast to an integer"):
        to_integer(value)


@given(st.integers())
def test_an_integer_keeps_its_value_or_quarantines_its_row(value: int) -> None:
    if -(2**63) <= value < 2**63:
        assert to_integer(str(value)) == to_integer(f"{value:,}") == to_integer(value) == value
    else:
        for written in (value, str(value), f"{value:,}"):
            with pytest.raises(RowError):
                to_integer(written)


@given(st.integers())
def test_an_integer_as_a_number_keeps_its_value_or_quarantines_its_row(value: int) -> None:
    for written in (value, str(value), f"{value:,}"):
        try:
            number = to_number(written)
        except RowError:
            assert abs(value) > 2**53
        else:
            assert number == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_being_written_and_read(value: float) -> None:
    assert to_number(value) == value
    assert to_number(repr(value)) == value


@pytest.mark.parametrize(
    ("value", "number"),
    [("1,234.5", 1234.5), ("3.5e2", 350.0), (".5", 0.5), ("5.", 5.0), ("6.02214076e23", 6.02214076e23), (True, 1.0)],
)
def test_numbers_as_people_write_them(value: Any, number: float) -> None:
    assert to_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        "9007199254740993",
        2**53 + 1,
        "9007199254740993.5",
        "1e400",
        "1e-400",
        "nan",
        "12%",
        "$5",
        "",
        Decimal("NaN"),
        [1],
    ],
)
def test_what_a_number_cannot_hold_quarantines_its_row(value: Any) -> None:
    with pytest.raises(RowError, match="cannot be cast to a number"):
        to_number(value)


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("TRUE", True),
        (" no ", False),
        ("Y", True),
        ("off", False),
        ("0", False),
        (1, True),
        (0.0, False),
        (False, False),
    ],
)
def test_yes_and_no_in_their_usual_spellings(value: Any, flag: bool) -> None:
    assert to_boolean(value) is flag


@pytest.mark.parametrize("value", ["maybe", "", "2", 2, -1, 0.5, float("nan"), [True]])
def test_what_is_neither_yes_nor_no_quarantines_its_row(value: Any) -> None:
    with pytest.raises(RowError, match="cannot be cast to a boolean"):
        to_boolean(value)


@given(SCALARS)
def test_casting_twice_is_casting_once(value: Any) -> None:
    for cast in (to_integer, to_boolean, to_text):
        try:
            once = cast(value)
        except RowError:
            continue
        assert cast(once) == once


def test_the_error_shows_the_value_and_stays_short() -> None:
    with pytest.raises(RowError) as raised:
        to_integer("x" * 1_000_000)
    assert "'xxxx" in str(raised.value)
    assert len(str(raised.value)) < 200


def test_text_from_a_column_of_mixed_types_is_read_without_its_quotes() -> None:
    assert to_integer('"007"') == 7
    assert to_number('" 1,234.5 "') == 1234.5
    assert to_boolean('"yes"') is True
    with pytest.raises(RowError):
        to_integer('"7')
