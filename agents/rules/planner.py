"""The rule-based planner: for every criterion an operator that satisfies it, in the order of the operators' phases.

What satisfies a criterion stands beside its check (``remedies``); what comes first stands beside the operator (``phase``).
Here is only how the two are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...engine.operator import Operator
from ...engine.registry import Registry
from ...tools.checks.catalogue import describe, template
from ...tools.checks.template import Remedy
from ...tools.contract.model import Criterion
from ..brain import PlanningTask
from ..plan import Gap, Intent, Plan

_FIRST_TO_LAST = (
    "remove_html",
    "normalize_unicode",
    "mask_personal_data",
    "remove_urls",
    "remove_emoji",
    "remove_banned_terms",
    "change_case",
    "normalize_whitespace",
)
"""Repairs that disturb each other: taking something out leaves blanks, decoding markup brings characters to light."""

_COSTLY = ("language_filter", "personal_data_count_filter")
"""Filters that take long on each row, so that they come after those that leave fewer rows."""

_LAST_OF_ALL = ("drop_columns", "select_columns")
"""These come after ordering and splitting, which may still need the columns."""

Nearest = Callable[[str], Sequence[str]]
"""From words to the names of the operators that retrieval finds nearest; empty when nothing fits."""


def plan(task: PlanningTask, nearest: Nearest) -> Plan:
    """Return the plan for a frozen contract."""
    intents: list[Intent] = []
    again: list[Intent] = []
    gaps: list[Gap] = []
    notes: list[str] = []
    for criterion in task.contract.criteria:
        if criterion.span is None:
            continue
        words = describe(criterion.check, criterion.params)
        if criterion.id in task.met_by_input and criterion.id not in task.forced:
            notes.append(f"The input already meets this, so no step is planned for it: {words}")
            continue
        remedies = _remedies(criterion)
        chosen = next((remedy for remedy in remedies if remedy.operator in task.registry), None)
        if chosen is not None:
            intents.extend(_intent(criterion, remedy, words) for remedy in (chosen, *chosen.also))
            if criterion.id in task.forced and chosen.how == "edit":
                again.append(intents[-1])
        elif remedies:
            gaps.append(Gap(criteria=[criterion.id], need=words, nearest=list(nearest(words))))
    for piece in task.contract.uncovered:
        gaps.append(Gap(criteria=[], need=piece.span.quote, nearest=list(nearest(piece.span.quote))))
    once = _in_order(_merged(intents), task.registry)
    return Plan(intents=_with_repeats(once, _in_order(_merged(again), task.registry)), gaps=gaps, notes=notes)


def _with_repeats(once: list[Intent], again: list[Intent]) -> list[Intent]:
    """The plan with some edits made once more, after the last edit of the plan and before anything that looks at the text."""
    edits = [index for index, intent in enumerate(once) if intent.operator in _FIRST_TO_LAST]
    end = edits[-1] + 1 if edits else 0
    return [*once[:end], *again, *once[end:]]


def _remedies(criterion: Criterion) -> Sequence[Remedy]:
    check = template(criterion.check)
    return check.remedies(check.Params.model_validate(criterion.params), criterion.means)


def _intent(criterion: Criterion, remedy: Remedy, words: str) -> Intent:
    return Intent(
        criteria=[criterion.id],
        operator=remedy.operator,
        params={name: value for name, value in remedy.params.items() if value is not None},
        bind=dict(remedy.bind),
        reason=words,
    )


def _merged(intents: list[Intent]) -> list[Intent]:
    """Join intents that one step can serve: the same operator on the same columns with parameters that do not clash."""
    merged: list[Intent] = []
    for intent in intents:
        for index, other in enumerate(merged):
            if other.operator == intent.operator and other.bind == intent.bind:
                params = _joined(other.params, intent.params)
                if params is not None:
                    merged[index] = Intent(
                        criteria=[*other.criteria, *intent.criteria],
                        operator=other.operator,
                        params=params,
                        bind=other.bind,
                        reason=f"{other.reason} {intent.reason}",
                    )
                    break
        else:
            merged.append(intent)
    return merged


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    """Both parameter sets as one, or ``None`` when they disagree; mappings are joined key by key."""
    joined = dict(one)
    for name, value in other.items():
        present = joined.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            inner = _joined(present, value)
            if inner is None:
                return None
            joined[name] = inner
        elif name == "keep_missing" and name in joined:
            joined[name] = present and value  # a missing value stays only where both criteria let it
        elif name in joined and present != value:
            return None
        else:
            joined[name] = value
    return joined


def _in_order(intents: list[Intent], registry: Registry) -> list[Intent]:
    return sorted(intents, key=lambda intent: _rank(registry.get(intent.operator)))


def _rank(operator: Operator) -> tuple[int, int]:
    if operator.name in _LAST_OF_ALL:
        return (len(type(operator.phase)) + 1, _LAST_OF_ALL.index(operator.name))
    if operator.name in _COSTLY:
        return (int(operator.phase), len(_FIRST_TO_LAST))
    position = _FIRST_TO_LAST.index(operator.name) if operator.name in _FIRST_TO_LAST else len(_FIRST_TO_LAST) // 2
    return (int(operator.phase), position)
