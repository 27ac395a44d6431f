"""JSON: arrays of objects, whatever their layout and wherever the chunks end."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source
from corpusmith.engine.reading.json_array import array_elements

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def opened(path: Path, content: str) -> Source:
    path.write_text(content, encoding="utf-8")
    return open_source([path], max_bad_share=0.9)


def ids_and_values(source: Source) -> list[tuple[str, Any]]:
    return [(row[ROW_ID], row["x"]) for batch in source.batches() for row in batch.to_pylist()]


@pytest.mark.parametrize("indent", [None, 2])
def test_records_are_numbered_by_their_position(tmp_path: Path, indent: int | None) -> None:
    source = opened(tmp_path / "a.json", " \n" + json.dumps([{"x": '], }\\"'}, {"x": "é"}], indent=indent) + "\n")
    assert ids_and_values(source) == [("rows:a.json:1", '], }\\"'), ("rows:a.json:2", "é")]


@given(st.lists(st.dictionaries(st.text(), JSON_VALUES, max_size=3)), st.integers(1, 40), st.sampled_from([None, 1]))
def test_elements_are_cut_the_same_wherever_chunks_end(rows: list[Any], chunk: int, indent: int | None) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size, chunk) if size and size > 0 else size)

    stream: Any = Trickle(json.dumps(rows, indent=indent, ensure_ascii=False).encode())
    assert [json.loads(element) for element in array_elements(stream, "a.json")] == rows


def test_a_broken_element_is_quarantined_by_its_position(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.json", '[{"x": 1}, {"x": oops}, 5, , {"x": 2}, ]')
    assert [bad.row for bad in source.quarantined] == [f"rows:a.json:{n}" for n in (2, 3, 4, 6)]
    assert ids_and_values(source) == [("rows:a.json:1", 1), ("rows:a.json:5", 2)]


def test_json_lines_under_the_ending_json_are_read_as_such(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.json", '\n{"x": 1}\n{"x": 2}\n')
    assert ids_and_values(source) == [("rows:a.json:2", 1), ("rows:a.json:3", 2)]


@pytest.mark.parametrize("content", ["", "  \n", "[]", "[ \n ]"])
def test_nothing_gives_no_rows(tmp_path: Path, content: str) -> None:
    assert opened(tmp_path / "a.json", content).rows == 0


@pytest.mark.parametrize("content", ['{\n "rows": []\n}', "7", '"text"', '[{"x": 1}] [2]'])
def test_what_is_no_array_is_an_error_that_says_how_to_write_it(tmp_path: Path, content: str) -> None:
    with pytest.raises(UserError, match="not one array of objects") as caught:
        opened(tmp_path / "a.json", content)
    assert ".jsonl" in caught.value.fix


@pytest.mark.parametrize("content", ['[{"x": 1}, {"x": "ab', '[{"x": 1}, {"x": 2}', '[{"x": 1}, {'])
def test_an_array_that_is_cut_off_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(UserError, match="cut off inside record 2"):
        opened(tmp_path / "a.json", content)
