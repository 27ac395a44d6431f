"""A small run on disk: an input, a dataset folder and the lineage between them, as the engine writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmith.engine.writing import DatasetWriter, card_front_matter
from corpusmith.tools.contract.model import Contract, Criterion, Span, hash_of_spec
from corpusmith.tools.verification.request import VerificationRequest

SPEC = "Keep every row of the input."
SPAN = Span(quote="Keep every row", start=0, end=14)
INPUT = [
    {"id": "007", "text": "The first text.", "year": 2001, "tags": ["a"], "meta": {"by": "Ann"}},
    {"id": "008", "text": "Der zweite Text.", "year": None, "tags": [], "meta": {"by": None}},
    {"id": "009", "text": "日本語 and émojis 👍\n", "year": 1999, "tags": ["b", "c"], "meta": None},
    {"id": "010", "text": "", "year": 2010, "tags": None, "meta": {"by": "Eve"}},
]
MakeRun = Callable[..., VerificationRequest]


def contract_of(*checks: tuple[str, Mapping[str, Any]], **settings: Any) -> Contract:
    """A contract whose criteria are called after their checks."""
    criteria = [
        Criterion(id=f"{at}-{check}", span=SPAN, check=check, params=dict(params))
        for at, (check, params) in enumerate(checks)
    ]
    return Contract(spec_hash=hash_of_spec(SPEC), criteria=criteria, **settings)


EVERYTHING = contract_of(
    ("row_count", {"min": 1}),
    ("every_row", {"rule": "not_empty", "params": {"column": "id"}}),
    ("every_row", {"rule": "value_type", "params": {"column": "year", "type": "integer"}}),
    ("kept_share", {"min": 0.1}),
    ("columns", {"exact": ["id", "text", "year", "tags", "meta"]}),
    ("unique_rows", {}),
    ("provenance", {}),
    ("untouched_columns", {"columns": ["id", "text", "year", "tags", "meta"]}),
)


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Write a run; ``rows`` are ``(split, position of the input row, changes)``."""

    def make(
        rows: Sequence[tuple[str, int, Mapping[str, Any]]],
        *,
        contract: Contract = EVERYTHING,
        format: Any = "parquet",
        source: Sequence[Mapping[str, Any]] = INPUT,
        rows_per_shard: int = 1_000_000,
        **settings: Any,
    ) -> VerificationRequest:
        data = tmp_path / "in.jsonl"
        data.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in source))
        out = tmp_path / "out"
        out.mkdir()
        made = pa.Table.from_pylist([{**source[at], **changes, "split": split} for split, at, changes in rows])
        splits = list(dict.fromkeys(split for split, _, _ in rows))
        with DatasetWriter(
            out / "dataset",
            made.schema,
            format=format,
            split_column="split",
            splits=splits,
            rows_per_shard=rows_per_shard,
        ) as writer:
            for batch in made.to_batches():
                writer.write(batch)
            writer.close(card_front_matter(splits, format))
        ordered = [at for split in splits for name, at, _ in rows if name == split]
        write_lineage(tmp_path / "lineage.parquet", ordered)
        return VerificationRequest(
            contract=contract, out=out, data=[data], lineage=tmp_path / "lineage.parquet", **settings
        )

    return make


def write_lineage(path: Path, positions: Sequence[int]) -> None:
    """Write the lineage of rows that each come from the input row at a position, as input lines count from 1."""
    ids = [f"rows:in.jsonl:{at + 1}" for at in positions]
    columns = {"row": [f"{name}/{place}" for place, name in enumerate(ids)], "origins": [[name] for name in ids]}
    schema = pa.schema([("row", pa.string()), ("origins", pa.list_(pa.string()))])
    pq.write_table(pa.table(columns, schema=schema), path)
