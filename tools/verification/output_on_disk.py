"""The output of a run as it stands on disk, beside the input that is read anew: what checks measure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ...engine.errors import UserError
from ...engine.reading import open_source
from ..checks.row_views import ChainedRows
from ..checks.view import Rows
from .dataset_files import shards_of
from .lineage import read_lineage
from .parquet_rows import ParquetRows
from .request import VerificationRequest
from .source_rows import SourceRows

DATASET = "dataset"


class OutputOnDisk:
    """An ``Output`` over files. All of them are read once when it is made, so what is broken is found before any check.

    Raises ``UserError`` for a dataset folder that is not whole or holds anything that does not belong there, for an input
    that cannot be read, and for a lineage that is not one of these rows.
    """

    def __init__(self, request: VerificationRequest) -> None:
        shards = shards_of(request.out / DATASET)
        self.formats: set[str] = {path.suffix.removeprefix(".") for files in shards.values() for path in files}
        self.splits: dict[str, Rows] = _json_lines(shards) if self.formats == {"jsonl"} else _parquet(shards)
        self.rows: Rows = ChainedRows(list(self.splits.values()))
        source = open_source(request.data, table=request.table, max_bad_share=request.max_bad_share)
        self.source: Rows = SourceRows(source)
        self.origins: Sequence[Sequence[int]] = read_lineage(request.lineage, source)
        if len(self.origins) != self.rows.num_rows:
            raise UserError(
                f"The lineage is one of {len(self.origins):,} rows, and the output has {self.rows.num_rows:,}.",
                fix="Run the pipeline again.",
            )


def _parquet(shards: dict[str, list[Path]]) -> dict[str, Rows]:
    splits = {name: ParquetRows(files) for name, files in shards.items()}
    first, *others = splits.items()
    for name, rows in others:
        if not rows.schema.equals(first[1].schema):
            raise UserError(f"The split `{name}` has other columns than `{first[0]}`.", fix="Write the dataset again.")
    return dict(splits)


def _json_lines(shards: dict[str, list[Path]]) -> dict[str, Rows]:
    """The splits as stretches of one source, so that all of them have the same types."""
    files = [path for paths in shards.values() for path in paths]
    for path in files:
        _refuse_cut_off(path)
    source = open_source(files, max_bad_share=0.0)
    if source.notes:
        # A reader that has to bend values to fit would hide what a check looks for.
        raise UserError("The output's values are not of one type by column.", source.notes[0])
    rows = iter([file.rows for file in source.files])
    splits: dict[str, Rows] = {}
    start = 0
    for name, paths in shards.items():
        stop = start + sum(next(rows) for _ in paths)
        splits[name] = SourceRows(source, start, stop)
        start = stop
    return splits


def _refuse_cut_off(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if file.read() not in (b"", b"\n"):
            raise UserError(f"{path.name} does not end with a whole line.", fix="Write the dataset again.")
