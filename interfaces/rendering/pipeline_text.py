"""What a pipeline's check found and what its run did, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ...engine.checking.problem import Problem
from ...engine.execution.ledger import StepLedger
from ..pipeline_runs.check import PipelineCheck
from ..pipeline_runs.costs import StepCost
from ..pipeline_runs.run import PipelineResult
from ..terminal import visible
from .catalogue import LONGEST_NAME, named_table


def result_text(result: PipelineResult) -> Iterator[RenderableType]:
    """Yield the table of steps and what came out."""
    yield steps_table(result.ledger.steps)
    yield Text("")
    yield Text(visible(result.summary), style="bold")
    if result.reused:
        yield Text(f"{result.reused:,} of {len(result.ledger.steps):,} steps were done before and not run again.")


def steps_table(steps: Sequence[StepLedger]) -> Table:
    """Return a table of steps: rows in and out, and the rows that went no further by reason."""
    names = [_name(step) for step in steps]
    table = named_table(["step", "in", "out", "dropped"], names=names)
    for column in table.columns[1:3]:
        column.justify, column.no_wrap = "right", True
    for name, step in zip(names, steps, strict=True):
        gone = [f"{visible(reason)}: {count:,}" for reason, count in sorted(step.dropped.items())]
        gone += [f"quarantined: {step.quarantined:,}"] if step.quarantined else []
        table.add_row(
            *(Text(cell) for cell in (name, f"{step.rows_in:,}", f"{step.rows_out:,}")), Text("\n".join(gone))
        )
    return table


def check_text(found: PipelineCheck) -> Iterator[RenderableType]:
    """Yield every problem on its own line, or what the pipeline is when there is none."""
    pipeline, problems = found.pipeline, found.problems
    title = f"{visible(pipeline.name)}: {_counted(len(pipeline.steps), 'step')}, {pipeline.hash[:12]}"
    if problems:
        yield Text(f"{title}. {_counted(len(problems), 'problem')}:", style="bold")
        for problem in problems:
            yield Text(f"- {visible(str(problem))}")
        yield from costs_text(found.costs)
        return
    yield Text(f"{title}. No problems.", style="bold")
    unlocked = sum(step.lock is None for step in pipeline.steps)
    if found.relocked:
        yield Text("The locks were renewed.")
    elif unlocked and found.can_hold_locks:
        yield Text(f"{_counted(unlocked, 'step')} not locked yet; --relock locks all.")
    if found.columns is None:
        yield Text("Columns and types were not checked; give --data for that.")
    yield from _warnings(found.warnings)
    yield from costs_text(found.costs)


def _warnings(warnings: Sequence[Problem]) -> Iterator[RenderableType]:
    if warnings:
        yield Text("It can run, but look at this:")
    for warning in warnings:
        yield Text(f"- {visible(str(warning))}")


def costs_text(costs: Sequence[StepCost]) -> Iterator[RenderableType]:
    """Yield a table of what models will be asked for, and what nobody can know yet."""
    if not costs:
        return
    names = [visible(cost.step) for cost in costs]
    table = named_table(["step", "model", "calls", "tokens of the rows", "USD from"], names=names)
    for name, cost in zip(names, costs, strict=True):
        numbers = (_number(cost.calls), _number(cost.prompt_tokens), "?" if cost.usd is None else f"{cost.usd:,.4f}")
        table.add_row(*(Text(cell) for cell in (name, visible(cost.model or "none configured"), *numbers)))
    yield Text("")
    yield table
    yield Text("At most so many calls, if no row is dropped before; prompts and answers cost more. ? is not known yet.")


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _name(step: StepLedger) -> str:
    own, operator = visible(step.step), visible(step.operator)
    if own == operator:
        return own
    together = f"{own} ({operator})"
    return together if len(together) <= LONGEST_NAME else f"{own}\n({operator})"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
