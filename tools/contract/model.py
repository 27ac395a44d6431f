"""The contract's shape: what a spec was understood to ask for, frozen and hashed before any pipeline exists."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from ..checks.template import Means


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Frozen):
    """A verbatim piece of the spec: ``spec[start:end] == quote``."""

    quote: str
    start: int
    end: int


class Criterion(_Frozen):
    """One demand of the spec, mapped to a check."""

    id: str
    span: Span | None
    """Where the spec says so; ``None`` for the checks that every run is held to."""
    check: str
    params: dict[str, Any]
    hard: bool = True
    means: Means = "any"


class Uncovered(_Frozen):
    """A piece of the spec that asks for something no check covers."""

    span: Span
    why: str


class Ambiguity(_Frozen):
    """A piece of the spec that can be read in several ways; ``options[assumed]`` is what was assumed."""

    id: str
    span: Span
    question: str
    options: list[str]
    assumed: int = 0


class Reading(_Frozen):
    """What a reader (rules or a model) found in a spec, before any gate."""

    criteria: list[Criterion]
    uncovered: list[Uncovered] = []
    ambiguities: list[Ambiguity] = []
    assumptions: list[str] = []


class Contract(_Frozen):
    """The frozen checks. Its hash covers the spec and everything here; a change makes a new version."""

    version: int = 1
    spec_hash: str
    criteria: list[Criterion]
    uncovered: list[Uncovered] = []
    ambiguities: list[Ambiguity] = []
    assumptions: list[str] = []

    @property
    def hash(self) -> str:
        """The SHA-256 of the contract's canonical JSON."""
        return hashlib.sha256(orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()


def hash_of_spec(spec: str) -> str:
    """Return the SHA-256 of the spec's text."""
    return hashlib.sha256(spec.encode("utf-8", "surrogatepass")).hexdigest()
