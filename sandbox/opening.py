"""Opens the sandbox of a run: the strongest tier that holds here, or a refusal that says what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..engine.context import SandboxAnswer
from ..engine.errors import UserError
from ..engine.isolation.wall import Wall
from .launch.job import Tier
from .limits import Limits
from .probe import probe
from .results.collection import Wanted, named
from .tiers import TIERS
from .trial import Trial, TrialResult, contents_of_trial, run_trial
from .unsafe import UNSAFE, UnsafeSandbox
from .wall import ConfiningWall


class OpenSandbox:
    """The service ``sandbox`` of a run: the wall for its streaming workers, and trials of scripts."""

    def __init__(self, tier: Tier, limits: Limits, note: str = "") -> None:
        self._tier, self._limits = tier, limits
        self.note = note
        """Why this is not the strongest tier; empty when it is."""
        self.wall: Wall = ConfiningWall(tier, replace(limits, seconds=None))

    @property
    def tier(self) -> str:
        """The tier, for the manifest."""
        return self._tier.name

    def run(
        self, script: str, inputs: Mapping[str, bytes], outputs: Sequence[str], seconds: float = 60.0
    ) -> SandboxAnswer:
        """Run a script to its end; see ``Sandbox`` of the engine."""
        limits = replace(self._limits, seconds=seconds)
        trial = Trial(script, inputs, Wanted(named(outputs)), limits)
        result, files = contents_of_trial(self._tier, trial)
        ending = result.ending
        return SandboxAnswer(ending.outcome, ending.detail, files, ending.stdout, ending.stderr)

    def run_trial(self, trial: Trial, into: Path) -> TrialResult:
        """Run a trial to its end; its results are copied to the folder ``into``."""
        return run_trial(self._tier, trial, into)


def open_sandbox(cache: Path, limits: Limits | None = None, backend: str | None = None) -> OpenSandbox:
    """Return the sandbox of a run; what holds on this machine is remembered in the folder ``cache``.

    Without ``backend`` (the name of a tier) it is the strongest tier that holds. Raises ``UserError`` when none does, or not
    that one: never is a weaker one taken for it.
    """
    found = probe(cache)
    if found.tier == "none" or (backend is not None and backend not in TIERS):
        raise UserError(
            "There is no sandbox on this machine."
            if backend in (None, *TIERS)
            else f"There is no sandbox `{backend}`.",
            "; ".join(f"{name}: {problem}" for name, problem in found.problems.items()),
            found.advice or "Ask corpusmith doctor.",
        )
    chosen = backend or found.tier
    if chosen in found.problems:
        raise UserError(f"The sandbox `{chosen}` does not hold here.", found.problems[chosen], found.advice)
    note = "; ".join(f"{name}: {problem}" for name, problem in found.problems.items())
    return OpenSandbox(TIERS[chosen], limits or Limits(), note)


def open_unsafe(confirmation: str) -> UnsafeSandbox:
    """Return what runs code without containment, for a person who typed ``UNSAFE.confirmation``; raises ``UserError``."""
    if confirmation != UNSAFE.confirmation:
        raise UserError(
            "Code that nobody has read would run with all your rights.",
            "It could read your keys, delete your files and use your network.",
            f"If that is wanted, type exactly: {UNSAFE.confirmation}",
        )
    return UnsafeSandbox()
