"""Rows of a table on disk in any order, with buckets of any size."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.execution.stages.spill import SpilledTable, SpillWriter
from corpusmith.engine.execution.steps import external_order
from corpusmith.engine.execution.steps.external_order import in_order

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("n", pa.int64())])


@given(rows=st.integers(0, 3000), bucket_bytes=st.integers(1, 200_000), data=st.data())
def test_any_selection_comes_in_its_order(rows: int, bucket_bytes: int, data: st.DataObject) -> None:
    seed, kept = data.draw(st.integers(0, 99)), data.draw(st.integers(0, rows))
    order = np.random.default_rng(seed).permutation(rows)[:kept]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(external_order, "_BUCKET_BYTES", bucket_bytes)
        patch.setattr(external_order, "_MOST_BUCKETS", 20)
        writer = SpillWriter(Path(folder) / "rows.arrow", SCHEMA)
        writer.write(
            pa.RecordBatch.from_arrays([pa.array(map(str, range(rows)), pa.string()), range(rows)], schema=SCHEMA)
        )
        writer.close()
        scratch = Path(folder) / "scratch"
        batches = in_order(SpilledTable(Path(folder) / "rows.arrow", ""), order, scratch)
        assert [n for batch in batches for n in batch.column("n").to_pylist()] == order.tolist()
        assert not scratch.exists()
