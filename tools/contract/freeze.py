"""Freezing: from what a reader found in a spec to the contract, through gates that take nobody's word."""

from __future__ import annotations

from collections.abc import Sequence

from .house_checks import edited_columns, house_checks
from .model import Contract, Criterion, Reading, Span, Uncovered, hash_of_spec
from .mutation import gate
from .subject import Subject


def freeze(reading: Reading, spec: str, subject: Subject, *, version: int = 1) -> Contract:
    """Return the contract: the criteria that pass the gates, what no check covers, and the checks of every run.

    A criterion is turned away, and its words become uncovered, when its quote is not what the spec says at that place, when
    its parameters do not fit, or when its check fails the mutation gate. The same reading and spec give the same contract.
    """
    accepted: list[Criterion] = []
    uncovered = [Uncovered(span=_verbatim(piece.span, spec), why=piece.why) for piece in reading.uncovered]
    for criterion in reading.criteria:
        why = _why_not(criterion, spec)
        if why is None:
            accepted.append(criterion)
        else:
            uncovered.append(Uncovered(span=_verbatim(criterion.span, spec), why=why))
    accepted = _with_edits(accepted)
    return Contract(
        version=version,
        spec_hash=hash_of_spec(spec),
        criteria=_with_own_ids([*accepted, *house_checks(accepted, subject, covered=not uncovered)]),
        uncovered=uncovered,
        ambiguities=reading.ambiguities,
        assumptions=reading.assumptions,
    )


def _why_not(criterion: Criterion, spec: str) -> str | None:
    """Why a criterion cannot be frozen, or ``None`` when it can."""
    span = criterion.span
    if span is None or not span.quote.strip():
        return f"A `{criterion.check}` check was drafted that quotes nothing of the spec."
    if not 0 <= span.start <= span.end or spec[span.start : span.end] != span.quote:
        return f"A `{criterion.check}` check was drafted for “{span.quote}”, which the spec does not say there."
    result = gate(criterion)
    return None if result.passed else result.why


def _verbatim(span: Span | None, spec: str) -> Span:
    """The piece of the spec at a span's place, whatever the span says is there."""
    if span is None:
        return Span(quote="", start=0, end=0)
    start = min(max(span.start, 0), len(spec))
    end = min(max(span.end, start), len(spec))
    return Span(quote=spec[start:end], start=start, end=end)


def _with_edits(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria, where a renamed column that others ask to change is not held to the input's values."""
    edited = set(edited_columns(criteria))
    return [
        criterion.model_copy(update={"params": {**criterion.params, "edited": True}})
        if criterion.check == "renamed" and criterion.params["new"] in edited
        else criterion
        for criterion in criteria
    ]


def _with_own_ids(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria with ids that are unique; of equal ids the later ones get a number."""
    taken: set[str] = set()
    numbered: list[Criterion] = []
    for criterion in criteria:
        number, name = 1, criterion.id
        while name in taken:
            number += 1
            name = f"{criterion.id}-{number}"
        taken.add(name)
        numbered.append(criterion if name == criterion.id else criterion.model_copy(update={"id": name}))
    return numbered
