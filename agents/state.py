"""The graph's state: plain JSON. Whatever is large lies in the artefact store and appears here by its hash."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

Status: TypeAlias = Literal[
    "verified", "partial", "failed", "needs_input", "budget_exhausted", "cancelled", "infra_error", "rehearsed"
]
"""``rehearsed`` ends a dry run that found nothing wrong: nobody has verified anything yet."""
Scope: TypeAlias = Literal["sample", "full"]


class RunState(TypedDict, total=False):
    """What the nodes hand on. Fields named after artefacts hold their hashes."""

    profile: str
    reading: str
    contract: str
    plan: str
    pipeline: str
    pipeline_hash: str
    rehearsed_hash: str
    """The hash of the pipeline that passed the rehearsal; nothing else may be executed."""
    results: str
    scope: Scope
    open_questions: int
    problems: list[str]
    """What stops the run and a person could answer: contradictions, things that cannot be met."""
    static_problems: list[str]
    coding_attempts: int
    gaps: int
    forced: list[str]
    repairs: int
    verdict: str
    approved_hash: str
    executed: bool
    sample_kept: tuple[int, int]
    """Rows that came out of the rehearsal, and rows that went in."""
    status: Status
    reason: str
