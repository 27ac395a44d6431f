"""JSON Lines: what is read exactly, and what is quarantined."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from corpusmith.engine.columns import HIDDEN, ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source, source_of_rows


def opened(path: Path, content: bytes | str, **options: Any) -> Source:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_source([path], **options)


def rows_of(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches() for row in batch.to_pylist()]


def values_of(source: Source, column: str) -> list[Any]:
    return [row[column] for row in rows_of(source)]


def test_rows_carry_their_line_number_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.jsonl", '{"x": 1}\n\n  \r\n{"x": 2}\r\n{"x": 3}')
    assert rows_of(source) == [
        {ROW_ID: "rows:a.jsonl:1", "x": 1},
        {ROW_ID: "rows:a.jsonl:4", "x": 2},
        {ROW_ID: "rows:a.jsonl:5", "x": 3},
    ]
    assert source.rows == 3
    assert source.schema == pa.schema([("x", pa.int64())])


def test_the_name_of_the_table_begins_the_row_identity(tmp_path: Path) -> None:
    assert values_of(opened(tmp_path / "a.jsonl", '{"x": 1}', table="docs"), ROW_ID) == ["docs:a.jsonl:1"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"x": 1', "broken JSON"),
        (b"[1, 2]", "not a JSON object but a list"),
        (b"7", "not a JSON object but a number"),
        (b"null", "not a JSON object but null"),
        (b'{"x": NaN}', "broken JSON"),
        (b'{"x": -Infinity}', "broken JSON"),
        (b'{"x": "\xff"}', "not valid UTF-8"),
        (b'{"x": "\\ud800"}', "surrogate"),
        (b'{"x": ' + b"[" * 101 + b"]" * 101 + b"}", "nested deeper than 100 levels"),
        (b'{"x": ' + b"9" * 5000 + b"}", "broken JSON"),
    ],
)
def test_a_bad_line_is_quarantined_with_its_number_and_reason(tmp_path: Path, line: bytes, why: str) -> None:
    source = opened(tmp_path / "a.jsonl", b'{"x": "a"}\n' + line + b'\n{"x": "b"}\n', max_bad_share=0.5)
    [bad] = source.quarantined
    assert (bad.row, bad.step) == ("rows:a.jsonl:2", "read")
    assert why in bad.error
    assert values_of(source, ROW_ID) == ["rows:a.jsonl:1", "rows:a.jsonl:3"]
    assert source.files[0].rows == source.rows == 2


def test_too_many_bad_lines_are_an_error_that_names_the_first_three(tmp_path: Path) -> None:
    content = '{"x": 1}\n' * 6 + "oops\n" * 4
    with pytest.raises(UserError) as caught:
        opened(tmp_path / "a.jsonl", content)
    assert "4 of 10 records (40.0%)" in caught.value.what
    assert all(f"a.jsonl:{line}:" in caught.value.why for line in (7, 8, 9))
    assert "a.jsonl:10" not in caught.value.why
    assert "--max-bad-share" in caught.value.fix


def test_a_share_of_bad_lines_at_the_limit_is_allowed(tmp_path: Path) -> None:
    assert len(opened(tmp_path / "a.jsonl", '{"x": 1}\n' * 19 + "oops\n").quarantined) == 1


def test_an_empty_file_has_no_rows_and_no_columns(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.jsonl", "")
    assert (source.rows, source.schema.names, list(source.batches())) == (0, [], [])


def test_of_duplicate_keys_the_last_wins(tmp_path: Path) -> None:
    assert values_of(opened(tmp_path / "a.jsonl", '{"x": 1, "x": 2}'), "x") == [2]


@pytest.mark.parametrize("name", sorted(HIDDEN))
def test_a_key_named_like_a_column_of_the_engines_own_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=name):
        opened(tmp_path / "a.jsonl", json.dumps({name: "x"}))
    with pytest.raises(UserError, match=name):
        source_of_rows([{name: "x"}])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_never_part_of_a_name(tmp_path: Path, encoding: str) -> None:
    source = opened(tmp_path / "a.jsonl", '{"x": "é\u2028😀"}\n{"x": "b"}\n'.encode(encoding))
    assert source.schema.names == ["x"]
    assert values_of(source, "x") == ["é\u2028😀", "b"]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_that_is_cut_off_or_holds_a_lone_surrogate_spoils_only_its_line(tmp_path: Path, mark: bytes) -> None:
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    text = '{"x": "a"}\n{"x": "\ud800"}\n{"x": "b"}'.encode(encoding, "surrogatepass") + b"\x00"
    source = opened(tmp_path / "a.jsonl", mark + text, max_bad_share=1)
    assert [bad.row for bad in source.quarantined] == ["rows:a.jsonl:2", "rows:a.jsonl:3"]
    assert values_of(source, "x") == ["a"]


def test_compressed_files_read_like_plain_ones(tmp_path: Path) -> None:
    content = b"".join(b'{"x": "%d"}\n' % i for i in range(50_000))
    (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(content[:1000]) + gzip.compress(content[1000:]))
    frames = [zstandard.ZstdCompressor().compress(part) for part in (content[:1000], content[1000:])]
    (tmp_path / "c.jsonl.zst").write_bytes(b"".join(frames))
    plain, *packed = (
        values_of(open_source([tmp_path / name]), "x") for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst")
    )
    assert len(plain) == 50_000
    assert packed == [plain, plain]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["cut off", "garbage"])
def test_a_broken_compressed_file_is_an_error_that_names_it(tmp_path: Path, suffix: str, damage: str) -> None:
    content = b'{"x": 1}\n' * 1000
    packed = gzip.compress(content) if suffix == ".gz" else zstandard.ZstdCompressor().compress(content)
    with pytest.raises(UserError, match=r"a\.jsonl.* is broken or cut off"):
        opened(tmp_path / f"a.jsonl{suffix}", packed[:-6] if damage == "cut off" else b"garbage")


def test_two_passes_give_the_same_batches_of_the_size_asked_for(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.jsonl", "".join(f'{{"x": {i}}}\n' for i in range(2500)))
    first, second = list(source.batches(1000)), list(source.batches(1000))
    assert [batch.num_rows for batch in first] == [1000, 1000, 500]
    assert first == second


def test_a_file_that_changes_between_the_passes_is_noticed(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.jsonl", '{"x": 1}\n')
    (tmp_path / "a.jsonl").write_text('{"x": "other"}\n')
    with pytest.raises(UserError, match="changed"):
        list(source.batches())
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(UserError, match="removed"):
        list(source.batches())
