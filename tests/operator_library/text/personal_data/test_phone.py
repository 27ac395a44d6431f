from __future__ import annotations

import pytest

from corpusmith.operator_library.text.personal_data.phone import phone_spans


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end in phone_spans(text)]


@pytest.mark.parametrize(
    "number",
    [
        *("+49 30 901820", "+14155552671", "+1 (415) 555-2671 ext. 12", "+46 (0)8 928 571 38", "0049 30 901820"),
        *("(415) 555-2671", "415-555-2671", "1-800-555-1234", "555-123-4567", "415.555.2671x45", "(030) 12345678"),
        *("020 7946 0958", "06 12 34 56 78", "01.84.17.61.18", "030/901820"),
    ],
)
def test_numbers_in_a_writing_of_their_own_are_found_whole(number: str) -> None:
    assert _found(f"Reception, {number}, daily 8 to 12") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Phone: 467 3395",
        "call me on 9472 7916",
        "28-64-66-98 office",
        "Tel. 5403926876",
        "电话13800138000",
        "mobile\n723 813 266",
        "fax 780 6326",
    ],
)
def test_any_number_counts_beside_a_word_that_says_so(text: str) -> None:
    assert len(_found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-05-01 10:00:00",
            "2024/05/01",
            "30.12.2024",
            "at 1700000000",
            "call on 2024-05-01",
            "1914-1918 and 1939-1945",
        ),
        *(
            "ISBN 978-0-13-468599-1",
            "isbn: 0-201-89683-1",
            "ISSN 0028-0836",
            "order number 415-555-2671",
            "id 0123 456 789",
        ),
        *(
            "3.14159265358979",
            "1,234,567,890",
            "EUR 12 345 678",
            "pages 1234-1240",
            "(2008) 1234-1240",
            "Mol Cell 1998 2 469 476",
        ),
        *(
            "0x12345678",
            "a1234567890",
            "@@ -1234567,8 +1234567,9 @@",
            "467 3395",
            "192.168.100.200",
            "+35236450.6",
            "call 911",
        ),
        *("1 2 3 4 5 6 7 8 9 10 11 12 13 14", "phone 01 02 03 04 05 06 07 08 09 10 11 12 13 14"),
    ],
)
def test_dates_books_ids_and_measurements_are_none(text: str) -> None:
    assert _found(text) == []


def test_two_numbers_side_by_side_are_two() -> None:
    assert _found("555-123-4567 555-987-6543") == ["555-123-4567", "555-987-6543"]


def test_the_tag_of_a_masked_number_does_not_make_its_neighbour_a_number() -> None:
    assert _found("[PHONE] 467 3395") == []
