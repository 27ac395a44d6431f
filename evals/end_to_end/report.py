"""The outcomes of all tasks as a table and totals for people, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from ..proportion import Proportion
from .outcome import Outcome, Verdict
from .suite import Expectation

ROW = "{:22} {:5} {:10} {:16} {:8} {:>6}  {}"
WIDTH = 150


def text(outcomes: Sequence[Outcome]) -> str:
    """Return the table and the totals."""
    return "\n".join([*_table(outcomes), "", *_totals(outcomes), "", headline(outcomes)]) + "\n"


def headline(outcomes: Sequence[Outcome]) -> str:
    """Return how often ``verified`` was wrong."""
    return f"VERIFIED AND WRONG: {_false_verified(outcomes)} of what was called verified"


def as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return the outcomes and the headline as plain values."""
    wrong = _false_verified(outcomes)
    return {
        "verified_and_wrong": {"hits": wrong.hits, "n": wrong.n, "interval": list(wrong.interval())},
        "tasks": [outcome.as_json() for outcome in outcomes],
    }


def _false_verified(outcomes: Sequence[Outcome]) -> Proportion:
    verdicts = [outcome.verdict for outcome in outcomes]
    wrong, right = (verdicts.count(one) for one in (Verdict.VERIFIED_WRONG, Verdict.VERIFIED_RIGHT))
    return Proportion(wrong, wrong + right)


def _table(outcomes: Sequence[Outcome]) -> list[str]:
    head = ROW.format("task", "level", "expects", "status", "dataset", "s", "why it is wrong")
    return [head, *(line for outcome in outcomes for line in _lines(outcome))]


def _lines(outcome: Outcome) -> list[str]:
    task, reasons = outcome.task, outcome.reasons or []
    graded = "-" if outcome.reasons is None else "right" if not reasons else "wrong"
    cells = (task.name, task.level, task.expects, outcome.status, graded, f"{outcome.seconds:.0f}")
    first = ROW.format(*cells, reasons[0][:WIDTH] if reasons else "")
    return [first.rstrip(), *(f"{'':74}{reason[:WIDTH]}" for reason in reasons[1:])]


def _totals(outcomes: Sequence[Outcome]) -> list[str]:
    lines = []
    for expects in get_args(Expectation):
        group = [outcome for outcome in outcomes if outcome.task.expects == expects]
        run = [outcome for outcome in group if outcome.verdict is not Verdict.SKIPPED]
        lines.append(f"{expects}: {len(run)} run, {len(group) - len(run)} skipped")
        lines += [f"  {verdict:20} {Proportion(_count(run, verdict), len(run))}" for verdict in _seen(run)]
    return lines


def _count(outcomes: Sequence[Outcome], verdict: Verdict) -> int:
    return sum(outcome.verdict is verdict for outcome in outcomes)


def _seen(outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Return the verdicts that occurred, and the two that matter most anyhow."""
    always = (Verdict.VERIFIED_RIGHT, Verdict.VERIFIED_WRONG)
    return [verdict for verdict in Verdict if verdict in always or _count(outcomes, verdict)]
