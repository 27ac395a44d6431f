"""Which files are read, in what order and under what names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


def put(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def names(source: Source) -> list[str]:
    return [file.name for file in source.files]


def test_a_folder_is_read_recursively_in_the_order_of_names(tmp_path: Path) -> None:
    put(tmp_path, b_DOT_jsonl='{"x": 2}', a__z_DOT_csv="x\n1\n", _DOT_hidden__h_DOT_jsonl="{}", _DOT_h_DOT_jsonl="{}")
    source = open_source([tmp_path])
    assert names(source) == ["a/z.csv", "b.jsonl"]
    ids = [row for batch in source.batches() for row in batch.column(ROW_ID).to_pylist()]
    assert ids == ["rows:a/z.csv:2", "rows:b.jsonl:1"]


def test_documents_are_one_row_each(tmp_path: Path) -> None:
    put(tmp_path, b_DOT_md="# B\r\n", a__a_DOT_txt="é", README_DOT_md="read me")
    source = open_source([tmp_path])
    rows = [row for batch in source.batches() for row in batch.to_pylist()]
    assert rows == [
        {ROW_ID: "rows:README.md:1", "text": "read me", "path": "README.md"},
        {ROW_ID: "rows:a/a.txt:1", "text": "é", "path": "a/a.txt"},
        {ROW_ID: "rows:b.md:1", "text": "# B\r\n", "path": "b.md"},
    ]


def test_a_document_that_is_not_unicode_is_quarantined(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"ab\xff")
    source = open_source([tmp_path / "a.txt"], max_bad_share=1)
    assert source.quarantined[0][:2] == ("rows:a.txt:1", "read")
    assert (source.rows, source.schema.names) == (0, ["text", "path"])


def test_data_wins_over_documents_and_side_files_go_unmentioned(tmp_path: Path) -> None:
    put(tmp_path, a_DOT_jsonl='{"x": 1}', b_DOT_txt="b", README_DOT_md="card", dataset_infos_DOT_json="{", c_DOT_png="")
    source = open_source([tmp_path])
    assert names(source) == ["a.jsonl"]
    assert source.notes == [
        f"1 text file in `{tmp_path.name}` left out, because the folder also holds data files.",
        f"Files of other kinds (1 .png) in `{tmp_path.name}`: left out, no format reads them.",
    ]


def test_files_of_one_name_from_two_folders_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, a__x_DOT_jsonl='{"x": 1}', b__x_DOT_jsonl='{"x": 2}')
    source = open_source([tmp_path / "b" / "x.jsonl", tmp_path / "a"])
    assert names(source) == ["b/x.jsonl", "a/x.jsonl"]


def test_the_fingerprint_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    put(tmp_path / "one", a_DOT_jsonl='{"x": 1}')
    put(tmp_path / "two", a_DOT_jsonl='{"x": 1}')
    first = open_source([tmp_path / "one"]).fingerprint
    assert first == open_source([tmp_path / "two"]).fingerprint
    put(tmp_path / "two", a_DOT_jsonl='{"x": 2}')
    assert first != open_source([tmp_path / "two"]).fingerprint
    (tmp_path / "one" / "a.jsonl").rename(tmp_path / "one" / "b.jsonl")
    assert first != open_source([tmp_path / "one"]).fingerprint


def test_a_missing_path_suggests_its_nearest_neighbour(tmp_path: Path) -> None:
    put(tmp_path, articles_DOT_jsonl="{}")
    with pytest.raises(UserError, match="does not exist") as caught:
        open_source([tmp_path / "artcles.jsonl"])
    assert "articles.jsonl" in caught.value.fix


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.parquet.gz", "a.gz"])
def test_an_unknown_format_lists_those_that_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UserError, match="no format that can be read") as caught:
        open_source([tmp_path / name])
    assert all(ending in caught.value.fix for ending in (".jsonl", ".parquet", ".csv", ".txt", ".zst"))


def test_a_folder_without_data_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no data\. It is empty"):
        open_source([tmp_path])
    put(tmp_path, a_DOT_png="")
    with pytest.raises(UserError, match=r"1 \.png"):
        open_source([tmp_path])


def test_a_file_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    put(tmp_path, a_DOT_jsonl="{}")
    with pytest.raises(UserError, match="given twice"):
        open_source([tmp_path, tmp_path / "a.jsonl"])


def test_no_path_at_all_is_an_error() -> None:
    with pytest.raises(UserError, match="No data was given"):
        open_source([])


def test_a_file_name_that_is_not_unicode_is_shown_escaped(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.jsonl")).write_text('{"x": 1}')
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    source = open_source([tmp_path])
    assert names(source) == ["a\\xff.jsonl"]
    assert next(source.batches()).column(ROW_ID).to_pylist() == ["rows:a\\xff.jsonl:1"]


def test_a_file_without_permission_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, a_DOT_jsonl="{}")
    (tmp_path / "a.jsonl").chmod(0)
    if os.access(tmp_path / "a.jsonl", os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(UserError, match="cannot be read"):
        open_source([tmp_path])


def test_a_file_is_found_again_from_another_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a_DOT_csv="x\n1\n")
    monkeypatch.chdir(tmp_path)
    source = open_source([Path("a.csv")])
    monkeypatch.chdir(tmp_path.anchor)
    assert [row["x"] for batch in source.batches() for row in batch.to_pylist()] == ["1"]
