"""Paths into nested columns."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.nesting import ColumnPath

CHAT = pa.list_(pa.struct([("role", pa.string()), ("turns", pa.list_(pa.int64()))]))


@pytest.mark.parametrize(
    ("text", "column", "parts"),
    [
        ("text", "text", ()),
        ("meta.title", "meta", ("title",)),
        ("messages[].content", "messages", ("[]", "content")),
        ("grid[][]", "grid", ("[]", "[]")),
        ("a b.c d", "a b", ("c d",)),
    ],
)
def test_a_path_is_parsed_into_a_column_and_parts(text: str, column: str, parts: tuple[str, ...]) -> None:
    assert ColumnPath.parse(text) == ColumnPath(column, parts)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "[]", "a[]b", "a.[]", "[].a"])
def test_a_path_with_an_empty_part_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no column path"):
        ColumnPath.parse(text)


@pytest.mark.parametrize("text", ["meta.title", "a[]", "a..b", ""])
def test_a_column_of_that_very_name_comes_first(text: str) -> None:
    assert ColumnPath.parse(text, [text]) == ColumnPath(text)


@pytest.mark.parametrize(
    ("path", "dtype", "found"),
    [
        ("m", CHAT, "list"),
        ("m[]", CHAT, "struct"),
        ("m[].role", CHAT, "text"),
        ("m[].turns[]", CHAT, "integer"),
        ("m.role", CHAT, None),
        ("m[].rolle", CHAT, None),
        ("m[].role[]", CHAT, None),
        ("m[]", pa.large_list(pa.bool_()), "boolean"),
    ],
)
def test_the_type_at_the_end_of_a_path(path: str, dtype: pa.DataType, found: str | None) -> None:
    assert ColumnPath.parse(path).type_in(dtype) == found


@pytest.mark.parametrize(
    ("path", "cell", "values", "replaced"),
    [
        ("m", "a", ["a"], "a!"),
        ("m", None, [None], "None!"),
        ("m.x", {"x": "a", "y": 1}, ["a"], {"x": "a!", "y": 1}),
        ("m.x", None, [], None),
        ("m[]", ["a", None], ["a", None], ["a!", "None!"]),
        ("m[]", [], [], []),
        ("m[].x", [{"x": "a"}, None, {"x": None}], ["a", None], [{"x": "a!"}, None, {"x": "None!"}]),
        ("m[][]", [["a"], None, ["b", "c"]], ["a", "b", "c"], [["a!"], None, ["b!", "c!"]]),
    ],
)
def test_values_are_found_and_replaced_in_one_order(path: str, cell: object, values: object, replaced: object) -> None:
    parsed = ColumnPath.parse(path)
    assert [*parsed.values(cell)] == values
    assert parsed.replaced(cell, lambda value: f"{value}!") == replaced
