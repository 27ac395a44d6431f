from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.personal_data.detection import ALL_KINDS, PersonalDataKind, find_personal_data
from corpusmith.operator_library.text.personal_data.operators import (
    email_count,
    mask_personal_data,
    personal_data_count,
)

PIECES = [
    *(
        "a@b.com",
        "@",
        ".com",
        "+49 30 901820",
        "call ",
        "467 3395",
        "4111111111111111",
        "4111 1111 ",
        "192.0.2.1",
        "1.2.3",
    ),
    *(
        "GB82WEST12345698765432",
        "123-45-6789",
        "SSN ",
        "2001:db8::1",
        "-",
        ".",
        " ",
        "\n",
        "1",
        "0",
        "(",
        ")",
        "version ",
        "[EMAIL]",
        "x",
    ),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=15).map("".join)
kinds = st.lists(st.sampled_from(ALL_KINDS), min_size=1, unique=True)


@given(texts, kinds, st.sampled_from(["tag", "remove"]))
def test_a_masked_text_holds_none_of_these_kinds_and_does_not_change_again(
    text: str, kinds: list[PersonalDataKind], style: str
) -> None:
    masked = mask_personal_data(text, kinds=kinds, style=style)  # type: ignore[arg-type]
    assert personal_data_count(masked, kinds=kinds) == 0
    assert mask_personal_data(masked, kinds=kinds, style=style) == masked  # type: ignore[arg-type]


@given(texts)
def test_finds_are_in_order_and_never_overlap(text: str) -> None:
    found = find_personal_data(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(0 <= find.start < find.end <= len(text) for find in found)


@given(texts)
def test_the_kinds_add_up_to_the_whole(text: str) -> None:
    assert sum(personal_data_count(text, kinds=[kind]) for kind in ALL_KINDS) == personal_data_count(text)
    assert email_count(text) == personal_data_count(text, kinds=["email"])


def test_each_kind_has_its_tag() -> None:
    text = "a@b.com +49 30 901820 4111111111111111 192.0.2.1 GB82WEST12345698765432 123-45-6789"
    assert mask_personal_data(text) == "[EMAIL] [PHONE] [CARD] [IP] [IBAN] [SSN]"
    assert mask_personal_data(text, style="remove").strip() == ""


def test_only_the_kinds_asked_for_are_masked() -> None:
    assert mask_personal_data("a@b.com from 192.0.2.1", kinds=["ip"]) == "a@b.com from [IP]"


def test_a_card_number_is_no_phone_number() -> None:
    assert personal_data_count("call 4111 1111 1111 1111", kinds=["phone"]) == 0


@pytest.mark.parametrize(
    "code",
    [
        "@functools.lru_cache(maxsize=None)\ndef f(a, b):\n    return a @ b.T + a@b\n",
        "x = values[::2]; y = 0x7fffffff; z = 1_000_000.5; t = (1, 22, 333)\n",
        "pip install package==1.2.3.4\ngit clone git@github.com:owner/name.git\n",
        "# released 2024-05-01, see PEP 8 and section 3.2.2.1\n",
        "s = 'Guido van Rossum, guido at python dot org'\n",
    ],
)
def test_code_is_not_touched(code: str) -> None:
    assert mask_personal_data(code) == code


def test_credits_in_a_docstring_lose_the_address_and_nothing_else() -> None:
    text = '"""Tools.\n\nWritten by Guido van Rossum <guido@python.org>.\n"""\n@tool\ndef f(): ...\n'
    assert mask_personal_data(text) == text.replace("guido@python.org", "[EMAIL]")
