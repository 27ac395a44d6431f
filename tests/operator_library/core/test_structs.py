from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.errors import RowError, UserError
from corpusmith.operator_library.core.structs import pack_columns, parse_json


def parsed(text: str | None, **fields: Any) -> Any:
    return parse_json(pa.table({"text": pa.array([text], pa.string())}), fields=fields).column("parsed")[0].as_py()


def test_packed_columns_are_one_struct_beside_them() -> None:
    made = pack_columns(pa.table({"a": [1, None], "b": ["x", ""]}), columns=["b", "a"], into="both")
    assert made.column_names == ["a", "b", "both"]
    assert made.column("both").to_pylist() == [{"b": "x", "a": 1}, {"b": "", "a": None}]
    assert [field.name for field in made.schema.field("both").type] == ["b", "a"]


def test_packing_takes_chunks_and_no_rows() -> None:
    chunks = pa.table({"a": pa.chunked_array([[1], [2, 3]])})
    assert pack_columns(chunks, columns=["a"]).column("input").to_pylist() == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert pack_columns(chunks.slice(0, 0), columns=["a"]).num_rows == 0


def test_packing_names_a_missing_column_and_a_taken_name() -> None:
    with pytest.raises(UserError, match="nope"):
        pack_columns(pa.table({"a": [1]}), columns=["nope"])
    rule = pack_columns.__corpusmith_operator__  # type: ignore[attr-defined]
    with pytest.raises(UserError, match="`a` already"):
        rule.columns_after({"a": "text"}, rule.params(columns=["a"], into="a"), {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"n": 1}', 1),
        ('{"n": null}', None),
        ('{"m": 1}', None),
        ('{"n": -9223372036854775808, "other": []}', -(2**63)),
    ],
)
def test_declared_fields_are_taken_and_missing_ones_are_null(text: str, value: Any) -> None:
    assert parsed(text, n="integer") == {"n": value}


def test_all_types_are_carried() -> None:
    text = '{"t": "é\\u0000👍", "x": 1, "b": false, "l": ["a", ""]}'
    assert parsed(text, t="text", x="number", b="boolean", l="list of texts") == {
        "t": "é\x00👍",
        "x": 1.0,
        "b": False,
        "l": ["a", ""],
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1.0", "integer"),
        ('"1"', "number"),
        ("true", "integer"),
        ("true", "number"),
        ("1", "boolean"),
        ("1", "text"),
        ('"a"', "list of texts"),
        ('["a", null]', "list of texts"),
        ("9223372036854775808", "integer"),
    ],
)
def test_a_value_of_another_type_is_an_error_of_its_row(value: str, kind: str) -> None:
    with pytest.raises(RowError, match="`f` holds"):
        parsed(f'{{"f": {value}}}', f=kind)


@pytest.mark.parametrize("text", ["", "[1]", "{", "null", "{'a': 1}", "NaN"])
def test_what_is_no_json_object_is_an_error_of_its_row(text: str) -> None:
    with pytest.raises(RowError, match=r"no (JSON|object)|JSON is no object"):
        parsed(text, f="text")
