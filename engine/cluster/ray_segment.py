"""Steps that the workers of a Ray cluster run. Rows, their order and the accounts are those of the local engine.

The rows that go in are written as parts to storage that the cluster shares, Ray Data maps the steps over the parts, and the
rows that come out are read from there in order. A worker that dies costs no row: Ray runs the part again elsewhere, and
one that kills every worker is done by a pool here, which finds the row at fault.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..execution.segments.local_segment import Record
from ..execution.segments.pooled_segment import cores
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.segments.worker_pool import WorkerPool
from .part_work import accounts_of, apply_to_part
from .parts import Part, Parts, read_rows
from .ray_session import ray_session


class RayCluster:
    """Where segments run: a cluster by its address (``None``: this machine), and a folder that all its workers see.

    The connection is made for the first segment and lasts until ``close``.
    """

    def __init__(self, address: str | None, shared: Path, workers: int | None) -> None:
        self._address, self._shared, self._cpus = address, shared.absolute(), workers or cores()
        self._open = ExitStack()
        self._data: Any = None

    def segment(self, steps: ShippedSteps, record: Record, pool: Callable[[], WorkerPool]) -> RaySegment:
        """Return the segment of some steps; ``pool`` does what no worker of the cluster survives."""
        return RaySegment(self.data, self._shared, steps, record, pool)

    def data(self) -> Any:
        """Return ``ray.data``, connected."""
        if self._data is None:
            self._data = self._open.enter_context(ray_session(self._address, self._cpus))
        return self._data

    def close(self) -> None:
        """Let go of the cluster, and stop it if we started it."""
        self._open.close()
        self._data = None


class RaySegment:
    """Fused steps on the workers of a cluster; see ``Segment``."""

    def __init__(
        self,
        data: Callable[[], Any],
        shared: Path,
        steps: ShippedSteps,
        record: Record,
        pool: Callable[[], WorkerPool],
    ) -> None:
        self._data, self._shared, self._steps, self._record, self._pool = data, shared, steps, record, pool

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what comes out of the last step."""
        with Parts(self._shared, self._steps.schema) as folder:
            parts = folder.written(batches)
            waiting = iter(parts)
            for answer in self._answers(parts) if parts else ():
                for part in waiting:
                    if part.number == answer["number"]:
                        self._record(accounts_of(answer["accounts"]))
                        yield from read_rows(part.made)
                        break
                    yield from self._done_here(part)
            for part in waiting:
                yield from self._done_here(part)

    def _answers(self, parts: list[Part]) -> Iterator[dict[str, Any]]:
        named = [{"number": part.number, "taken": str(part.taken), "made": str(part.made)} for part in parts]
        mapped = (
            self._data()
            .from_items(named, override_num_blocks=len(named))
            .map_batches(
                apply_to_part, fn_kwargs={"shipped": pickle.dumps(self._steps)}, batch_size=1, batch_format="pyarrow"
            )
        )
        answers: Iterator[dict[str, Any]] = mapped.iter_rows()
        return answers

    def _done_here(self, part: Part) -> Iterator[pa.RecordBatch]:
        outcome = self._pool().submit(self._steps, list(read_rows(part.taken))).result()
        self._record(outcome.accounts)
        yield from outcome.batches
