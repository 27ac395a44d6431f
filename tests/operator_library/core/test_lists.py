from __future__ import annotations

from corpusmith.operator_library.core.lists import explode_list


def test_each_element_becomes_a_row_in_order() -> None:
    assert explode_list(["b", None, "a", "b"]) == ["b", None, "a", "b"]


def test_an_empty_list_has_no_rows() -> None:
    assert explode_list([]) == []


def test_the_element_takes_the_place_of_the_list() -> None:
    made = explode_list.__corpusmith_operator__  # type: ignore[attr-defined]
    assert (made.rows, made.reads, made.writes) == ("expand", {"value": "list"}, {"value": "any"})
