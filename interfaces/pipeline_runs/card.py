"""The dataset card of a pipeline's run: what made the data, and what became of every row."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...engine.execution.ledger import RowLedger, StepLedger
from ...engine.pipeline import OutputTable, Pipeline, Step
from ...engine.writing import card_front_matter
from ..markdown_text import cell, code, table


def card(pipeline: Pipeline, ledger: RowLedger, output: OutputTable, splits: Sequence[str]) -> str:
    """Return the card of one output table."""
    at_reading = f", and {ledger.quarantined_at_reading:,} could not be read" if ledger.quarantined_at_reading else ""
    lines = [card_front_matter(splits, output.format), f"# {cell(pipeline.name)}", ""]
    lines += ["Made by running a pipeline. No spec was given, so nothing was verified.", ""]
    lines += ["## Pipeline", "", f"SHA-256 {code(pipeline.hash)}, seed {pipeline.seed}.", ""]
    lines += table(["Step", "Operator", "Parameters", "Columns"], [_step(step) for step in pipeline.steps])
    lines += ["", "## Rows", "", f"{ledger.rows_read:,} rows were read{at_reading}.", ""]
    lines += table(["Step", "In", "Out", "Dropped", "Quarantined"], [_account(step) for step in ledger.steps])
    return "\n".join(lines) + "\n"


def _step(step: Step) -> list[str]:
    params = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in step.params.items())
    columns = ", ".join(dict.fromkeys([*step.bind.values(), *step.write.values()]))
    return [cell(step.id), code(step.lock or step.operator), code(params) if params else "", cell(columns)]


def _account(step: StepLedger) -> list[str]:
    reasons = ", ".join(f"{cell(reason)}: {count:,}" for reason, count in sorted(step.dropped.items())) or "0"
    return [cell(step.step), f"{step.rows_in:,}", f"{step.rows_out:,}", reasons, f"{step.quarantined:,}"]
