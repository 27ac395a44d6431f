"""The rehearsal's sample: spread, extremes, nulls and hostile rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpusmith.engine.reading import source_of_rows
from corpusmith.tools.rehearsal.sample import EXTREMES, HOSTILE_TEXTS, SPREAD, write_sample


def sample(rows: list[dict[str, Any]], tmp_path: Path, seed: int = 0) -> list[dict[str, Any]]:
    source = source_of_rows(rows)
    written = write_sample(source, tmp_path / "sample.parquet", "text", seed)
    read: list[dict[str, Any]] = pq.read_table(tmp_path / "sample.parquet").to_pylist()
    assert len(read) == written
    return read


def test_a_small_input_is_taken_whole_with_hostile_rows_after_it(tmp_path: Path) -> None:
    rows = [{"id": i, "text": f"text {i}"} for i in range(20)]
    taken = sample(rows, tmp_path)
    assert taken[:20] == rows
    hostile = taken[20:]
    assert {row["text"] for row in hostile if row["id"] == 0} >= set(HOSTILE_TEXTS)
    assert any(row["id"] is None for row in hostile)
    assert any(row["text"] is None for row in hostile)


def test_a_large_input_is_sampled_evenly_with_its_extremes_and_nulls(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": i, "text": "word " * (i % 50 + 5)} for i in range(20_000)]
    rows[777]["text"] = "x" * 9_999
    rows[778]["text"] = ""
    rows[779]["text"] = None
    taken = [row for row in sample(rows, tmp_path) if row["id"] is not None]
    ids = [row["id"] for row in taken if row in rows]
    assert {777, 778, 779} <= set(ids)
    assert SPREAD <= len(ids) <= SPREAD + 3 * EXTREMES + 20
    quarters = [sum(low <= i < low + 5_000 for i in ids) for low in range(0, 20_000, 5_000)]
    assert min(quarters) >= SPREAD // 4


def test_the_sample_depends_only_on_the_seed(tmp_path: Path) -> None:
    rows = [{"id": i, "text": f"text {i}"} for i in range(3_000)]
    assert sample(rows, tmp_path, 1) == sample(rows, tmp_path, 1) != sample(rows, tmp_path, 2)
