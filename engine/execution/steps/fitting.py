"""Steps that fit an artifact over all rows; the rows pass as they are."""

from __future__ import annotations

from pathlib import Path

from ...context import Context
from ...operator import FitOperator, Operator, Params
from ...pipeline import Step
from ..stages.spill import BoundTable, SpilledTable
from ..stages.stage import Stage, StageWriter


def fit_artifact(
    step: Step, operator: Operator, params: Params, table: SpilledTable, context: Context, folder: Path
) -> Stage:
    """Run a ``FitOperator`` and return its stage: the artifact, and the rows, each of which is a parent of itself."""
    fitting: FitOperator = operator.implementation(params)
    bind = {name: step.bind.get(name, name) for name in operator.reads}
    with StageWriter(folder, [(step.id, step.operator)]) as writer:
        fitting.fit(BoundTable(table, bind), writer.artifact_folder(), context)
        ledger = writer.ledgers[step.id]
        ledger.rows_in = ledger.parents = ledger.rows_out = table.num_rows
        writer.keep(operator.tables_out[0], table)
        return writer.commit()
