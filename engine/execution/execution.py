"""What to say before a run and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..columns import ROW_ID
from ..reading import Source
from .cluster import Cluster
from .ledger import RowLedger
from .lineage import origins_of
from .stages.spill import SpilledTable
from .stages.stage import Stage, StepLogs


@dataclass(frozen=True)
class ExecutionOptions:
    """How to run, never what comes out: no field here may change a result."""

    batch_rows: int = 1024
    workers: int | None = None
    """Processes for row-local steps; ``None``: as many as there are cores, one where the input is small."""
    cluster: Cluster | None = None
    """Where row-local steps run; ``None``: on this machine."""
    snapshots: bool = False
    """Keep the rows after every step, to look at them; otherwise only where the engine must."""
    max_error_share: float = 0.05
    """The share of quarantined rows above which the run is stopped as an error."""
    services: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Execution:
    """What a run left on disk: its stages in order, the final tables and the row ledger."""

    stages: list[Stage]
    tables: dict[str, SpilledTable]
    ledger: RowLedger
    """The steps are in the order of the pipeline; a top-up comes after its last step, under an identity of its own."""
    sources: Mapping[str, Source]

    def stage_of(self, step: str) -> StepLogs:
        """Return what a step dropped and quarantined, round after round where a top-up repeated it."""
        return StepLogs([stage for stage in self.stages if any(ledger.step == step for ledger in stage.ledgers)])

    def origins_of(self, row: str) -> list[str]:
        """Return the input rows that a row of a final table came from; raises ``KeyError`` when there is no such row."""
        for table in self.tables.values():
            for batch in table.full_batches():
                ids = batch.column(ROW_ID).to_pylist()
                if row in ids:
                    return origins_of(batch.slice(ids.index(row), 1))[0]
        raise KeyError(row)
