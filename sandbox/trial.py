"""A trial: one script that nobody has read, its inputs, and the results with fixed names that it may leave."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .launch.job import Job, Tier
from .launch.staging import Staging
from .limits import Limits
from .models.broker import Ask, ModelBroker
from .outcome import Ending
from .results.collection import Collected, RefusedResultError, Wanted, collect
from .supervision.supervisor import Supervisor

_INPUT_NAME = re.compile(r"\w[\w.-]{0,99}(/\w[\w.-]{0,99}){0,7}")


@dataclass(frozen=True)
class Trial:
    """What is tried. The script finds its inputs below ``in/`` and leaves results in ``out/``, of its working directory."""

    script: str
    inputs: Mapping[str, bytes | Path] = field(default_factory=dict)
    """Contents or files, by the names that the script sees."""
    wanted: Wanted = field(default_factory=Wanted)
    limits: Limits = field(default_factory=Limits)
    ask: Ask | None = None
    """Answers what the script asks of models (``models/inside.py``); ``None`` for a script that may ask nothing."""


@dataclass(frozen=True)
class TrialResult:
    """How a trial ended. There are results only of outcome ``ok``."""

    ending: Ending
    results: dict[str, Collected]
    tier: str


class RunningTrial:
    """A trial that was started. ``result`` waits for its end, ``stop`` ends it; in any case nothing of it is left then."""

    def __init__(self, tier: Tier, trial: Trial, into: Path) -> None:
        """Start ``trial`` behind a wall of ``tier``; results are copied to the folder ``into``, which must exist.

        Raises ``ValueError`` for an input whose name is no plain path, ``OSError`` when it cannot be prepared.
        """
        for name in trial.inputs:
            if not _INPUT_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no plain name for an input.")
        self._tier, self._trial, self._into = tier, trial, into
        self._results: dict[str, Collected] = {}
        self._staging = Staging()
        self._broker = ModelBroker(trial.ask) if trial.ask else None
        ends = (self._broker.theirs,) if self._broker else ()
        try:
            self._staging.put(trial.script, trial.inputs)
            launch = tier.launch(Job(trial.limits, arguments=tuple(map(str, ends)), descriptors=ends), self._staging)
        except BaseException:
            self._put_away()
            raise
        self._supervisor = Supervisor(launch, trial.limits, self._collected, ends)
        self._supervisor.start()
        if self._broker:
            self._broker.start()

    def result(self) -> TrialResult:
        """Wait for the end and return how it ended."""
        ending = self._supervisor.wait()
        assert ending is not None
        return TrialResult(ending, self._results, self._tier.name)

    def stop(self) -> None:
        """End the trial now."""
        self._supervisor.stop()

    def _collected(self, ending: Ending, folders: list[int]) -> Ending:
        try:
            if ending.outcome == "ok" and folders:
                taken = collect(folders[0], self._trial.wanted, self._into)
                self._results = {one.name: one for one in taken}
        except RefusedResultError as error:
            return replace(ending, outcome=error.outcome, detail=str(error))
        finally:
            self._put_away()
        return ending

    def _put_away(self) -> None:
        self._staging.remove()
        if self._broker:
            self._broker.close()


def run_trial(tier: Tier, trial: Trial, into: Path) -> TrialResult:
    """Run a trial to its end; see ``RunningTrial``. What cannot be prepared ends as ``infrastructure``."""
    try:
        running = RunningTrial(tier, trial, into)
    except OSError as error:
        ending = Ending("infrastructure", f"the trial could not be prepared: {error.strerror or error}", 0.0, 0)
        return TrialResult(ending, {}, tier.name)
    try:
        return running.result()
    except BaseException:
        running.stop()
        raise


def contents_of_trial(tier: Tier, trial: Trial) -> tuple[TrialResult, dict[str, bytes]]:
    """Run a trial and return its results as bytes too; their copies on disk are gone then."""
    with tempfile.TemporaryDirectory(prefix="corpusmith-") as folder:
        result = run_trial(tier, trial, Path(folder))
        return result, {name: one.path.read_bytes() for name, one in result.results.items()}
