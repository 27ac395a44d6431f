"""Every format of output: whole, opened by ``load_dataset``, read back alike, and clear about what it cannot hold."""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import open_source
from corpusmith.engine.writing import DATASET_FORMATS, DatasetFormat, DatasetWriter, card_front_matter, read_dataset

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SEPARATED: tuple[DatasetFormat, ...] = ("csv", "tsv")
ROWS = [{"n": n, "t": ["é", 'a "quoted"\n\tline,', ""][n % 3], "f": n / 4} for n in range(10)]


def write(folder: Path, batch: pa.RecordBatch, form: DatasetFormat, **options: Any) -> list[Path]:
    with DatasetWriter(folder, batch.schema, format=form, **options) as writer:
        writer.write(batch)
        return [shard.path for shard in writer.close(card_front_matter(list(writer.split_rows()), form))]


def read(path: Path) -> list[dict[str, Any]]:
    rows = [row for batch in open_source([path]).batches() for row in batch.to_pylist()]
    return [{key: value for key, value in row.items() if key != ROW_ID} for row in rows]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", DATASET_FORMATS)
def test_load_dataset_opens_every_format_as_it_is(
    tmp_path: Path, form: DatasetFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    write(tmp_path / "out", pa.RecordBatch.from_pylist(ROWS), form, rows_per_shard=4)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    texts = [row["t"] or "" for row in loaded["train"]]
    assert texts == [row["t"] for row in ROWS]
    assert [(row["n"], row["f"]) for row in loaded["train"]] == [(row["n"], row["f"]) for row in ROWS]


@pytest.mark.parametrize("form", DATASET_FORMATS)
def test_every_format_is_input_for_the_next_run(tmp_path: Path, form: DatasetFormat) -> None:
    paths = write(tmp_path / "out", pa.RecordBatch.from_pylist(ROWS), form, rows_per_shard=4)
    assert [path.name for path in paths] == [f"train-0000{i}-of-00003.{form}" for i in range(3)]
    assert read_dataset(tmp_path / "out") == {"train": paths}
    expected = ROWS if form not in SEPARATED else [{**r, "n": str(r["n"]), "f": f"{r['f']:g}"} for r in ROWS]
    assert read(tmp_path / "out") == expected


@pytest.mark.parametrize("form", DATASET_FORMATS)
def test_no_rows_are_a_file_that_can_be_read(tmp_path: Path, form: DatasetFormat) -> None:
    write(tmp_path / "out", pa.RecordBatch.from_pylist([], pa.schema([("n", pa.int64()), ("t", pa.string())])), form)
    source = open_source([tmp_path / "out"])
    assert source.rows == 0
    assert source.schema.names == ([] if form.startswith("jsonl") else ["n", "t"])


def test_parquet_keeps_every_type(tmp_path: Path) -> None:
    row = {
        "when": datetime(2020, 1, 2, tzinfo=UTC),
        "day": date(2020, 1, 2),
        "price": Decimal("1.50"),
        "bytes": b"\xff",
        "nested": [{"a": [1, None]}],
        "big": 2**63 - 1,
        "flag": None,
    }
    batch = pa.RecordBatch.from_pylist([row])
    write(tmp_path / "out", batch, "parquet")
    source = open_source([tmp_path / "out"])
    assert source.schema.types[:-1] == batch.schema.types[:-1]
    assert read(tmp_path / "out") == [row]


@pytest.mark.parametrize("form", SEPARATED)
@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=6),
    names=st.lists(TEXTS.filter(bool), min_size=2, max_size=2, unique=True),
)
def test_any_texts_come_back_from_separated_values(
    form: DatasetFormat, rows: list[tuple[str, str]], names: list[str]
) -> None:
    batch = pa.RecordBatch.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows], pa.schema([(name, pa.string()) for name in names])
    )
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "out", batch, form)
        assert read(Path(folder) / "out") == batch.to_pylist()


@pytest.mark.parametrize("form", SEPARATED)
@pytest.mark.parametrize("values", [["a", None, "", "b"], [None], [1, None]])
def test_a_single_column_loses_no_row_to_an_empty_line(tmp_path: Path, form: DatasetFormat, values: list[Any]) -> None:
    write(tmp_path / "out", pa.RecordBatch.from_pydict({"x": values}), form)
    assert [row["x"] for row in read(tmp_path / "out")] == ["" if value is None else str(value) for value in values]


def test_a_missing_value_and_an_empty_text_are_told_apart_in_csv(tmp_path: Path) -> None:
    [path] = write(tmp_path / "out", pa.RecordBatch.from_pylist([{"a": None, "b": ""}]), "csv")
    assert path.read_text() == '"a","b"\n,""\n'


@pytest.mark.parametrize("form", SEPARATED)
def test_columns_that_no_field_can_hold_are_refused_at_once(tmp_path: Path, form: DatasetFormat) -> None:
    schema = pa.schema(
        [("t", pa.string()), ("m", pa.list_(pa.string())), ("s", pa.struct([("a", pa.int64())])), ("b", pa.binary())]
    )
    with pytest.raises(UserError, match="cannot hold lists, objects or bytes") as caught:
        DatasetWriter(tmp_path / "out", schema, format=form)
    assert all(f"`{name}`" in caught.value.why for name in "msb")
    assert "`t`" not in caught.value.why
    assert list(tmp_path.iterdir()) == []


def test_compressed_lines_are_the_same_lines(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pylist(ROWS)
    [plain], [packed], [zstd] = (write(tmp_path / form, batch, form) for form in ("jsonl", "jsonl.gz", "jsonl.zst"))
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert zstandard.ZstdDecompressor().stream_reader(zstd.read_bytes()).read() == plain.read_bytes()


@pytest.mark.parametrize("form", DATASET_FORMATS)
@settings(max_examples=12)
@given(sizes=st.lists(st.integers(1, 30), max_size=4))
def test_the_bytes_of_every_format_depend_on_the_rows_alone(form: DatasetFormat, sizes: list[int]) -> None:
    rows = [{"n": n if n % 7 else None, "t": "x" * (n % 13) if n % 5 else None} for n in range(60)]
    whole = pa.RecordBatch.from_pylist(rows)
    sums = []
    for cuts in ([60], sizes):
        with (
            tempfile.TemporaryDirectory() as folder,
            DatasetWriter(Path(folder) / "out", whole.schema, format=form, row_group=8, max_shard_bytes=300) as writer,
        ):
            start = 0
            for size in cuts:
                writer.write(whole.slice(start, size))
                start += size
            writer.write(pa.RecordBatch.from_pylist(rows[start:], whole.schema))
            sums.append([(shard.rows, shard.sha256) for shard in writer.close("")])
    assert sums[0] == sums[1]
    assert len(sums[0]) > 1
