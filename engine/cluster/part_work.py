"""What a worker of the cluster does with a part."""

from __future__ import annotations

import functools
import pickle
from dataclasses import asdict
from pathlib import Path

import orjson
import pyarrow as pa

from ..execution.segments.coroutines import Coroutines
from ..execution.segments.fused_steps import FusedSteps
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.steps.outcome import StepAccount
from .parts import read_rows, write_rows


def apply_to_part(part: pa.Table, shipped: bytes) -> pa.Table:
    """Apply pickled ``ShippedSteps`` to the one part that ``part`` names, and return its number and the steps' accounts.

    ``part`` has the columns ``number``, ``taken`` and ``made`` (paths on shared storage). A part that is done twice gives
    the same file twice.
    """
    (row,) = part.to_pylist()
    steps, schema = _built(shipped)
    outcome = steps.apply(read_rows(Path(row["taken"])))
    write_rows(Path(row["made"]), outcome.batches, schema)
    accounts = orjson.dumps([asdict(account) for account in outcome.accounts])
    return pa.table({"number": [row["number"]], "accounts": pa.array([accounts], pa.binary())})


def accounts_of(content: bytes) -> list[StepAccount]:
    """Return the accounts that a worker sent."""
    accounts = []
    for told in orjson.loads(content):
        ended = {kind: [(row, why) for row, why in told[kind]] for kind in ("dropped", "quarantined")}
        accounts.append(StepAccount(**{**told, **ended}))
    return accounts


@functools.lru_cache(maxsize=16)
def _built(shipped: bytes) -> tuple[FusedSteps, pa.Schema]:
    """The steps, built once per worker process. Asynchronous operators, which need services, are never shipped."""
    steps: ShippedSteps = pickle.loads(shipped)  # noqa: S301  (from our own process, over the cluster's own channel)
    built = steps.build({}, Coroutines())
    return built, built.schema
