"""The plan: for every criterion how it will be met, before any pipeline is written."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Intent(_Frozen):
    """One thing to be done for some criteria, by an operator with its parameters and bindings."""

    criteria: list[str]
    operator: str
    params: dict[str, Any] = {}
    bind: dict[str, str] = {}
    reason: str


class Gap(_Frozen):
    """A need that no operator of the library serves."""

    criteria: list[str]
    need: str
    nearest: list[str] = []
    """The operators that retrieval found closest, if any came near."""


class Plan(_Frozen):
    """Ordered intents, the gaps, and the criteria that need no step because the input meets them or nothing could help."""

    intents: list[Intent]
    gaps: list[Gap] = []
    notes: list[str] = []


class Repair(_Frozen):
    """What diagnosis decided after a failed verification: try again with these remedies forced, or give up and say why."""

    force: list[str] = []
    reason: str
