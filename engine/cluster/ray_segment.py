"""Steps that the workers of a Ray cluster run. Rows, their order and the accounts are those of the local engine.

The rows that go in are written as parts to storage that the cluster shares, Ray Data maps the steps over a window of parts
while the next is written, and the rows that come out are read from there in order. A worker that dies costs no row: Ray
runs the part again elsewhere, and one that kills worker after worker is done by a pool here, which finds the row at fault.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson
import pyarrow as pa

from ..errors import UserError
from ..execution.segments.local_segment import Record
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.segments.worker_pool import WorkerPool
from .part_work import accounts_of, apply_to_part
from .parts import Part, Parts, read_rows

_RETRIES = 2
"""A part that has killed so many workers and one more is looked into here; left to itself Ray goes on for ever."""
_WINDOWS = 2
"""Of the parts of so many windows the workers know at once, so that none waits for the last part of one."""
_PARTS_PER_CPU = 2


class RaySegment:
    """Fused steps on the workers of a cluster; see ``Segment``. ``ray`` gives the connected module when it is needed."""

    def __init__(
        self,
        ray: Callable[[], Any],
        parts: Parts,
        steps: ShippedSteps,
        record: Record,
        pool: Callable[[], WorkerPool],
    ) -> None:
        self._ray, self._parts, self._steps, self._record, self._pool = ray, parts, steps, record, pool
        self._shipped = pickle.dumps(steps)
        self._ended = False

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what comes out of the last step. The parts are kept for the next run where this one does not get to the end."""
        ray = self._ray()
        most = max(1, int(ray.cluster_resources().get("CPU", 1))) * _PARTS_PER_CPU
        threads = ThreadPoolExecutor(_WINDOWS, thread_name_prefix="window")
        try:
            running: list[tuple[list[Part], Future[None]]] = []
            for window in self._parts.windows(batches, most):
                running.append((window, threads.submit(self._map, ray.data, window)))
                if len(running) == _WINDOWS:
                    yield from self._settled(*running.pop(0))
            while running:
                yield from self._settled(*running.pop(0))
            self._parts.remove()
        finally:
            self._ended = True
            threads.shutdown(wait=True, cancel_futures=True)

    def _map(self, data: Any, window: list[Part]) -> None:
        """Have the workers do what is not done yet of a window."""
        left = [part for part in window if not part.is_done]
        if not left:
            return
        mapped = data.from_items(
            [{"name": part.taken.stem} for part in left], override_num_blocks=len(left)
        ).map_batches(
            apply_to_part,
            fn_kwargs={"folder": str(left[0].taken.parent), "shipped": self._shipped},
            batch_size=1,
            batch_format="pyarrow",
            max_retries=_RETRIES,
        )
        for answer in mapped.iter_rows():
            if answer["refusal"] is not None:
                raise UserError(*orjson.loads(answer["refusal"]))
            if self._ended:
                return

    def _settled(self, window: list[Part], mapped: Future[None]) -> Iterator[pa.RecordBatch]:
        mapped.result()
        for part in window:
            if part.is_done:
                self._record(accounts_of(part.accounts.read_bytes()))
                yield from read_rows(part.made)
            else:
                yield from self._done_here(part)
            part.taken.unlink(missing_ok=True)

    def _done_here(self, part: Part) -> Iterator[pa.RecordBatch]:
        outcome = self._pool().submit(self._steps, list(read_rows(part.taken))).result()
        self._record(outcome.accounts)
        yield from outcome.batches
