"""Patterns and folders of many files: which are read, in what order, and what is said about the rest."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source
from corpusmith.engine.reading.found_files import natural_order


def put(folder: Path, *names: str, content: str = '{"x": 1}\n') -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def names(source: Source) -> list[str]:
    return [file.name for file in source.files]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jsonl", ["a2.jsonl", "a10.jsonl"]),
        ("a?.jsonl", ["a2.jsonl"]),
        ("a[0-9]*.jsonl", ["a2.jsonl", "a10.jsonl"]),
        ("*/b.jsonl", ["in/b.jsonl"]),
        ("**/*.jsonl", ["a2.jsonl", "a10.jsonl", "in/b.jsonl", "in/deep/c.jsonl"]),
        ("in/**", ["b.jsonl", "deep/c.jsonl"]),
    ],
)
def test_a_pattern_stands_for_its_files_in_natural_order(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    put(tmp_path, "a10.jsonl", "a2.jsonl", "in/b.jsonl", "in/deep/c.jsonl", ".hidden.jsonl", ".in/d.jsonl")
    assert names(open_source([tmp_path / pattern])) == expected


def test_a_pattern_may_begin_at_the_home_folder(isolated_home: Path) -> None:
    put(isolated_home, "in/a.jsonl")
    assert names(open_source([Path("~/in/*.jsonl")])) == ["a.jsonl"]


def test_numbers_in_names_count_by_their_value_in_folders_too(tmp_path: Path) -> None:
    put(tmp_path, *(f"part-{n}.jsonl" for n in (10, 9, 1, 100)), "part/1.jsonl")
    expected = ["part/1.jsonl", *(f"part-{n}.jsonl" for n in (1, 9, 10, 100))]
    assert names(open_source([tmp_path])) == expected


@given(st.lists(st.text("a1/0-b", min_size=1), unique=True), st.randoms())
def test_the_order_does_not_depend_on_where_one_begins(paths: list[str], random: Random) -> None:
    ordered = sorted(paths, key=natural_order)
    random.shuffle(paths)
    assert sorted(paths, key=natural_order) == ordered


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path: Path) -> None:
    put(tmp_path, "a[1].jsonl", "a1.jsonl")
    assert names(open_source([tmp_path / "a[1].jsonl"])) == ["a[1].jsonl"]


def test_a_pattern_that_matches_no_file_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "in/a.jsonl")
    with pytest.raises(UserError, match="No file matches"):
        open_source([tmp_path / "*.jsonl"])
    with pytest.raises(UserError, match="matches 1 folders") as caught:
        open_source([tmp_path / "*"])
    assert "**" in caught.value.fix


def test_a_pattern_says_what_it_leaves_out(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "b.txt", "c.png")
    source = open_source([tmp_path / "*"])
    assert names(source) == ["a.jsonl"]
    assert len(source.notes) == 2


def test_files_that_two_patterns_share_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl")
    with pytest.raises(UserError, match="given twice"):
        open_source([tmp_path / "*.jsonl", tmp_path / "a*"])


def test_a_link_to_a_file_that_is_there_too_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl")
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "a.jsonl")
    with pytest.raises(UserError, match="given twice"):
        open_source([tmp_path])


def test_a_folder_of_several_formats_is_one_table_and_said_so(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "b.jsonl.gz".removesuffix(".gz"))
    put(tmp_path, "c.csv", "d.csv", content="x\n2\n")
    source = open_source([tmp_path])
    assert (source.rows, source.schema.names) == (4, ["x"])
    assert "several formats (2 .csv, 2 .jsonl); their rows are read as one table" in source.notes[0]
    assert "`x` holds mixed types" in source.notes[1]


def test_empty_files_among_others_are_named(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl")
    put(tmp_path, *(f"e{n}.jsonl" for n in range(5)), content="")
    assert open_source([tmp_path]).notes == ["Empty files (0 bytes): e0.jsonl, e1.jsonl, e2.jsonl and 2 more."]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_of_no_bytes_is_broken(tmp_path: Path, suffix: str) -> None:
    put(tmp_path, f"a.jsonl{suffix}", content="")
    with pytest.raises(UserError, match="broken or cut off"):
        open_source([tmp_path])


def test_a_part_of_a_file_that_has_none_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl")
    with pytest.raises(UserError, match="no parts such as `x`"):
        open_source([Path(f"{tmp_path / 'a.jsonl'}::x")])


def test_a_folder_may_hold_files_that_only_end_like_a_database(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl")
    put(tmp_path, "Thumbs.db", content="pictures")
    source = open_source([tmp_path])
    assert names(source) == ["a.jsonl"]
    assert "1 .db" in source.notes[0]


def test_thousands_of_files_are_one_table(tmp_path: Path) -> None:
    for n in range(2000):
        (tmp_path / f"{n}.jsonl").write_text(f'{{"x": {n}}}\n')
    source = open_source([tmp_path / "*.jsonl"])
    assert [value for batch in source.batches() for value in batch.column("x").to_pylist()] == list(range(2000))
