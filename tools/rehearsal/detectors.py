"""Silent-failure detectors: what looks wrong in a rehearsal although no check fails.

They warn and never decide: a step that changed nothing may simply have had nothing to do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ...engine.execution.executor import Execution
from ...engine.execution.ledger import StepLedger
from ...engine.execution.stages.spill import SpilledTable
from ...engine.execution.stages.stage import Stage
from ...engine.pipeline import Pipeline

_NOTICEABLE = 0.9
_MIN_ROWS = 20


def suspicions(execution: Execution, pipeline: Pipeline) -> list[str]:
    """Return one sentence per suspicion about a rehearsal that kept the rows after every step."""
    found = list(_missing_steps(execution, pipeline))
    for stage in execution.stages:
        for ledger in stage.ledgers:
            found.extend(_heavy_loss(ledger))
    found.extend(_constant_columns(execution.stages))
    return found


def _missing_steps(execution: Execution, pipeline: Pipeline) -> Iterator[str]:
    ran = {ledger.step for stage in execution.stages for ledger in stage.ledgers}
    for step in pipeline.steps:
        if step.id not in ran:
            yield f"Step `{step.id}` never ran in the rehearsal."


def _heavy_loss(ledger: StepLedger) -> Iterator[str]:
    gone = ledger.dropped.total() + ledger.quarantined
    if ledger.rows_in >= _MIN_ROWS and gone > _NOTICEABLE * ledger.rows_in:
        yield f"Step `{ledger.step}` removed {gone:,} of the {ledger.rows_in:,} rows that reached it in the rehearsal."


def _constant_columns(stages: list[Stage]) -> Iterator[str]:
    """Columns that held different values before a step and one value after it."""
    for before, after in itertools.pairwise(stages):
        if not after.ledgers or after.ledgers[0].dropped:
            continue
        earlier, later = before.table("rows"), after.table("rows")
        for name in later.schema.names:
            if name in earlier.schema.names and _distinct(earlier, name) > 1 and _distinct(later, name) == 1:
                yield f"Step `{after.ledgers[0].step}` made column `{name}` the same for every row."


def _distinct(table: SpilledTable, column: str) -> int:
    """How many values differ, as far as two."""
    seen: set[str] = set()
    for batch in table.batches([column]):
        seen.update(repr(value) for value in batch.column(0).to_pylist())
        if len(seen) > 1:
            return 2
    return len(seen)
