from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.personal_data.card import card_spans, passes_luhn
from corpusmith.operator_library.text.personal_data.iban import iban_spans
from corpusmith.operator_library.text.personal_data.ssn import ssn_spans


@pytest.mark.parametrize(
    "card",
    [
        *("4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "3782 822463 10005"),
        *("5555555555554444", "2223003122003222", "6011111111111117", "30569309025904", "3530111333300000"),
    ],
)
def test_card_numbers_of_the_networks_are_found(card: str) -> None:
    text = f"card: {card}."
    assert [text[start:end] for start, end in card_spans(text)] == [card]
    assert list(card_spans(f"卡号{card}，"))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "0.4111111111111111",
        "a4111111111111111",
        "1234567890123452",
        "4111 1111-1111 1111",
        "41111111111111110000",
    ],
)
def test_other_long_numbers_are_no_cards(text: str) -> None:
    assert list(card_spans(text)) == []


@given(st.text("0123456789", min_size=2, max_size=20), st.data())
def test_luhn_notices_every_single_wrong_digit(digits: str, data: st.DataObject) -> None:
    check = next(d for d in "0123456789" if passes_luhn(digits + d))
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    assert not passes_luhn(digits[:place] + wrong + digits[place + 1 :] + check)


@pytest.mark.parametrize(
    "iban",
    [
        "GB82WEST12345698765432",
        "GB82 WEST 1234 5698 7654 32",
        "de89370400440532013000",
        "NO93 8601 1117 947",
        "FR1420041010050500013M02606",
    ],
)
def test_ibans_are_found_without_the_words_after_them(iban: str) -> None:
    text = f"to {iban} and more"
    assert [text[start:end] for start, end in iban_spans(text)] == [iban]


@pytest.mark.parametrize(
    "text", ["GB82WEST12345698765433", "GB82WEST1234569876543", "XX82WEST12345698765432", "ISO8859 1234 5678"]
)
def test_wrong_check_digits_lengths_and_countries_are_no_ibans(text: str) -> None:
    assert list(iban_spans(text)) == []


@pytest.mark.parametrize(
    "text", ["123-45-6789", "(123-45-6789)", "SSN: 123 45 6789", "social security number 123456789", "123–45–6789"]
)
def test_social_security_numbers_are_found(text: str) -> None:
    assert len(list(ssn_spans(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456",
        "666-12-3456",
        "912-12-3456",
        "123-00-4567",
        "123-45-0000",
        "123 45 6789",
        "0-123-45-6789",
        "123-45-67890",
        "123456789",
    ],
)
def test_numbers_that_were_never_issued_or_stand_alone_are_none(text: str) -> None:
    assert list(ssn_spans(text)) == []
