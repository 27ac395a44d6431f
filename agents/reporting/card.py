"""The dataset card: a draft when the data is written, and the final one once the verdict is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engine.pipeline import OutputTable
from ...engine.writing import card_front_matter
from ...tools.checks.catalogue import describe
from ...tools.contract.model import Contract
from ...tools.verification.measure import CheckResult

_MARKS = {"passed": "passed", "failed": "**failed**", "unverified": "not verified"}


def draft_card(output: OutputTable, splits: Sequence[str]) -> str:
    """Return the card that stands beside data nobody has verified yet."""
    header = card_front_matter(splits, output.format)
    return f"{header}\n# Dataset\n\nNot verified yet.\n"


def final_card(
    output: OutputTable,
    contract: Contract,
    results: Sequence[CheckResult],
    status: str,
    execution: Mapping[str, Any],
) -> str:
    """Return the card with the verdict, the evidence for each check, and what each step did to the rows."""
    outcomes = {result.criterion: result for result in results}
    splits = list(dict.fromkeys(shard["split"] for shard in execution["shards"] if shard["rows"]))
    lines = [card_front_matter(splits, output.format), "# Dataset", "", f"Status: **{status}**", ""]
    lines += ["## Checks", "", "| Asked for | Check | Outcome | Evidence |", "| --- | --- | --- | --- |"]
    for criterion in contract.criteria:
        result = outcomes.get(criterion.id)
        quote = _cell(criterion.span.quote) if criterion.span else "*(every run)*"
        outcome = _MARKS[result.outcome] if result else "not measured"
        words, evidence = _cell(describe(criterion.check, criterion.params)), _cell(result.evidence if result else "")
        lines.append(f"| {quote} | {words} | {outcome} | {evidence} |")
    if contract.uncovered:
        lines += ["", "## Asked for, and not covered by any check", ""]
        lines += [f"- “{_cell(piece.span.quote)}”: {_cell(piece.why)}" for piece in contract.uncovered]
    if contract.assumptions:
        lines += ["", "## Assumptions", "", *(f"- {_cell(text)}" for text in contract.assumptions)]
    lines += ["", "## Rows", "", "| Step | In | Out | Dropped | Quarantined |", "| --- | --- | --- | --- | --- |"]
    for step in execution["ledger"]["steps"]:
        reasons = ", ".join(f"{reason}: {count:,}" for reason, count in step["dropped"].items()) or "0"
        lines.append(
            f"| {step['step']} | {step['rows_in']:,} | {step['rows_out']:,} | {reasons} | {step['quarantined']:,} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text as one Markdown table cell that cannot break out of it."""
    folded = " ".join(text.split())
    return "".join("\\" + character if character in "\\|`*_<>[]#" else character for character in folded)
