"""The measure of the engine's cost: both sides do the same work, and the figures are what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpusmith.evals.speed.engine import (
    Ratios,
    hand_written,
    light_filters,
    text,
    text_steps,
    write_documents,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "input.jsonl"
    write_documents(path, 60, (20, 300))
    return path


def rows(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_hand_written_loop_writes_what_the_engine_writes(tmp_path: Path, data: Path) -> None:
    for side in (text_steps, hand_written):
        (tmp_path / side.__name__).mkdir()
        side()(data, tmp_path / side.__name__)
    [shard] = (tmp_path / "text_steps" / "out" / "dataset" / "data").iterdir()
    assert 0 < len(rows(shard)) < 60
    assert rows(shard) == rows(tmp_path / "hand_written" / "out.jsonl")


def test_the_light_filters_keep_the_rows_that_they_should(tmp_path: Path, data: Path) -> None:
    light_filters()(data, tmp_path)
    [shard] = (tmp_path / "out" / "dataset" / "data").iterdir()
    wanted = [
        row
        for row in map(json.loads, data.read_text(encoding="utf-8").splitlines())
        if 30 <= len(row["text"]) <= 3800 and row["score"] >= 0.1 and row["language"] in ("en", "de")
    ]
    assert 0 < len(wanted) < 60
    assert rows(shard) == wanted


def test_a_line_names_the_ratios_the_limit_and_the_count() -> None:
    line = text(Ratios("a / b", 1000, 2.0, 2.5, [2.0, 3.0, 8.0], [1.0, 1.0, 2.0]))
    assert line == "a / b: median 3.00x, min 2.00x (at most 2.5x wanted), n=3, 1,000 rows, 2 MB, CPU s 3.00 / 1.00"
