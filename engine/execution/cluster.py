"""What the executor asks of a cluster: to run some steps of a stage elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .segments.local_segment import Record, Segment
from .segments.shipped_steps import ShippedSteps
from .segments.worker_pool import WorkerPool


class Cluster(Protocol):
    """Runs row-local steps on other machines. Rows, their order and the accounts are those of the local engine."""

    def segment(self, steps: ShippedSteps, record: Record, pool: Callable[[], WorkerPool]) -> Segment:
        """Return the segment of some steps; ``pool`` is there for rows that no worker of the cluster survives."""
        ...
