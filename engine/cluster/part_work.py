"""What a worker of the cluster does with a part."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import orjson
import pyarrow as pa

from ..errors import UserError
from ..execution.segments.coroutines import Coroutines
from ..execution.segments.fused_steps import FusedSteps
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.steps.outcome import StepAccount
from ..identity import lock_of
from ..registry import Registry
from .parts import Part, read_rows, write_content, write_rows


def apply_to_part(names: pa.Table, folder: str, shipped: bytes) -> pa.Table:
    """Apply pickled ``ShippedSteps`` to the one part whose ``name`` is given, and tell why if this node may not do it.

    A part that is done twice gives the same files twice.
    """
    (name,) = names.column("name").to_pylist()
    try:
        _do(Part.called(name, Path(folder)), shipped)
    except UserError as error:
        return _answer(name, orjson.dumps([error.what, error.why, error.fix]))
    return _answer(name, None)


def assert_same_operators(steps: ShippedSteps) -> None:
    """Raise ``UserError`` where an operator here is not the one that the pipeline is locked to."""
    registry = Registry.from_recipe(steps.recipe)
    for step in steps.steps:
        here = lock_of(registry.get(step.operator))
        if step.lock is not None and here != step.lock:
            raise UserError(
                f"A node of the cluster has another operator `{step.operator}`.",
                f"Step `{step.id}` is locked to {step.lock}; the node has {here}.",
                "Install the same corpusmith, and the same packages with operators, on every node.",
            )


def account_bytes(accounts: list[StepAccount]) -> bytes:
    """Return accounts as they are kept beside a part."""
    return orjson.dumps([asdict(account) for account in accounts])


def accounts_of(content: bytes) -> list[StepAccount]:
    """Return the accounts that were kept beside a part."""
    accounts = []
    for told in orjson.loads(content):
        ended = {kind: [(row, why) for row, why in told[kind]] for kind in ("dropped", "quarantined")}
        accounts.append(StepAccount(**{**told, **ended}))
    return accounts


def _do(part: Part, shipped: bytes) -> None:
    if not part.taken.is_file():
        raise UserError(
            f"A node of the cluster does not see {part.taken.parent}.",
            "A part that was written there could not be found on the node.",
            "Choose an --out on storage that is mounted at the same path on every node.",
        )
    steps = _built(shipped)
    accounts = steps.new_accounts()
    write_rows(part.made, _made(steps, part.taken, accounts), steps.schema)
    write_content(part.accounts, account_bytes(accounts))


def _made(steps: FusedSteps, taken: Path, accounts: list[StepAccount]) -> Iterator[pa.RecordBatch]:
    for batch in read_rows(taken):
        yield from steps.rows(batch, accounts)


@functools.lru_cache(maxsize=16)
def _built(shipped: bytes) -> FusedSteps:
    """The steps, built once per worker process. Asynchronous operators, which need services, are never shipped."""
    steps: ShippedSteps = pickle.loads(shipped)  # noqa: S301  (from our own process, over the cluster's own channel)
    pa.set_cpu_count(1)
    try:
        assert_same_operators(steps)
        return steps.build({}, Coroutines())
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            "A node of the cluster cannot prepare the steps, which this machine can.",
            f"{type(error).__name__}: {error}.",
            "Install the same packages on every node.",
        ) from error


def _answer(name: str, refusal: bytes | None) -> pa.Table:
    return pa.table({"name": [name], "refusal": pa.array([refusal], pa.binary())})
