"""A Ray cluster as the executor sees it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..execution.segments.local_segment import Record
from ..execution.segments.pooled_segment import cores
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.segments.worker_pool import WorkerPool
from .nodes import assert_nodes_fit
from .parts import Parts, parts_folder
from .ray_segment import RaySegment
from .ray_session import ray_session


class RayCluster:
    """Where segments run: a cluster by its address (``None``: this machine), and a folder that all its workers see.

    ``workers`` is the number of cores of a Ray of our own. The connection is made, and the nodes are looked at, for the
    first segment; it lasts until ``close``.
    """

    def __init__(self, address: str | None, shared: Path, workers: int | None) -> None:
        self._address, self._shared, self._cpus = address, shared.absolute(), workers or cores()
        self._open = ExitStack()
        self._ray: Any = None

    def segment(self, steps: ShippedSteps, record: Record, pool: Callable[[], WorkerPool]) -> RaySegment:
        """Return the segment of some steps; ``pool`` does what no worker of the cluster survives."""
        return RaySegment(self.ray, Parts(self._shared, steps), steps, record, pool)

    def ray(self) -> Any:
        """Return the module ``ray``, connected to nodes that fit; raises what ``ray_session`` and ``assert_nodes_fit`` do."""
        if self._ray is None:
            ray = self._open.enter_context(ray_session(self._address, self._cpus))
            assert_nodes_fit(ray, self._shared)
            self._ray = ray
        return self._ray

    def remove_parts(self) -> None:
        """Remove the parts that runs which did not get to their end have left."""
        shutil.rmtree(parts_folder(self._shared), ignore_errors=True)

    def close(self) -> None:
        """Let go of the cluster, and stop it if we started it."""
        self._open.close()
        self._ray = None
