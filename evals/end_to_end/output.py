"""A dataset in memory, and writing it as a run writes one: what reference solutions and wrong outputs are made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Output:
    """The rows of each split, and the format of the files: ``parquet`` or ``jsonl``."""

    splits: dict[str, list[dict[str, Any]]]
    format: str = "parquet"


def write_output(output: Output, out: Path) -> None:
    """Write ``out/dataset/data``, one file per split."""
    folder = out / "dataset" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for split, rows in output.splits.items():
        path = folder / f"{split}-00000-of-00001.{output.format}"
        if output.format == "parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        else:
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
