"""What the verifying process is asked, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from ..checks.template import Outcome
from ..contract.model import Contract

Scope: TypeAlias = Literal["sample", "full"]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VerificationRequest(_Frozen):
    """A contract, and where the run's files are."""

    contract: Contract
    out: Path
    """The run's folder; the output is its ``dataset`` folder."""
    data: list[Path]
    """The input as the run was given it."""
    lineage: Path
    """A Parquet file with a line per output row, in order: ``row`` (its id), ``origins`` (ids of input rows)."""
    scope: Scope = "full"
    """``sample`` when the input is the rehearsal's sample, from which some checks cannot tell anything."""
    max_bad_share: float = 0.05
    """The share of broken input records that the run put up with."""
    table: str = "rows"
    """The name of the input table, with which the ids of its rows begin."""

    def absolute(self) -> VerificationRequest:
        """Return the request with paths that mean the same from any folder."""
        paths = {"out": self.out.absolute(), "lineage": self.lineage.absolute()}
        return self.model_copy(update={**paths, "data": [path.absolute() for path in self.data]})


class CheckResult(_Frozen):
    """What one check found; ``criterion`` is the id in the contract."""

    criterion: str
    outcome: Outcome
    evidence: str
    failing: list[str] = []


class VerificationResult(_Frozen):
    """One result per criterion of the contract with this hash, in its order."""

    contract_hash: str
    results: list[CheckResult]


def nothing_verified(contract: Contract, why: str) -> VerificationResult:
    """Return the result in which every check is unverified for one reason."""
    results = [CheckResult(criterion=one.id, outcome="unverified", evidence=why) for one in contract.criteria]
    return VerificationResult(contract_hash=contract.hash, results=results)
