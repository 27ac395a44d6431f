from __future__ import annotations

from corpusmith.operator_library.text.letter_case import change_case


def test_letters_of_every_script_change() -> None:
    assert change_case("ÀΩЖ x") == "àωж x"
    assert change_case("àωж ß", case="upper") == "ÀΩЖ SS"
