"""The figures of a run as it goes, worked out from its events alone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from ...engine import events as ev

_SMOOTHING = 0.3
"""How much of the newest speed goes into the one that is shown."""


class RunFigures:
    """What the events so far say: rows of the running steps, what became of them, speed, and the spending of the run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, plan: Sequence[str] = ()) -> None:
        self._clock = clock
        self.plan = list(plan)
        """All steps of the pipeline, in order; empty while there is none."""
        self._last: tuple[float, int] | None = None
        self._before: Counter[str] = Counter()
        """Drops of the steps that have ended."""
        self._quarantined_before = 0
        self._finished: set[str] = set()
        self.steps: list[str] = []
        self._begun = clock()
        """When the running steps began, or the last ones ended."""
        self.now = ev.Progress(rows=0, total=None)
        self.speed: float | None = None
        """Rows per second, ``None`` until there are two figures."""
        self.spent: ev.TokensSpent | None = None

    def take(self, event: ev.Event) -> None:
        """Take note of an event."""
        if isinstance(event, ev.Progress):
            self._measure(_settled(event))
            self.now = event
        elif isinstance(event, ev.TokensSpent):
            self.spent = event
        elif isinstance(event, ev.PlanProposed):
            self.plan = [step["step"] for step in event.steps]
        elif isinstance(event, ev.StepStarted):
            self._finished.discard(event.step)
            self._begun = self._begun if self.steps else self._clock()
            self.steps.append(event.step)
        elif isinstance(event, ev.RowsDropped):
            self._before.update(event.reasons)
        elif isinstance(event, ev.StepFinished):
            self._end_step(event)

    @property
    def all_finished(self) -> bool:
        """Whether every step of the plan has seen its last row."""
        return bool(self.plan) and self._finished.issuperset(self.plan)

    @property
    def places(self) -> list[int]:
        """The places of the running steps in the plan, from 1, in order."""
        return sorted(self.plan.index(step) + 1 for step in self.steps if step in self.plan)

    @property
    def dropped(self) -> dict[str, int]:
        """Rows dropped so far by reason, the commonest first."""
        return dict((self._before + Counter(self.now.dropped)).most_common())

    @property
    def quarantined(self) -> int:
        """Rows quarantined so far."""
        return self._quarantined_before + self.now.quarantined

    @property
    def seconds_so_far(self) -> float:
        """Since the running steps began, or the last ones ended."""
        return self._clock() - self._begun

    @property
    def seconds_left(self) -> float | None:
        """Until the running steps have seen all rows; ``None`` while nobody can know."""
        if not self.speed or self.now.total is None:
            return None
        return max(0, self.now.total - _settled(self.now)) / self.speed

    def _measure(self, rows: int) -> None:
        now = self._clock()
        if self._last is None or rows < self._last[1]:
            self._last, self.speed = (now, rows), None
            return
        then, seen = self._last
        if now > then and rows > seen:
            fresh = (rows - seen) / (now - then)
            self.speed = fresh if self.speed is None else _SMOOTHING * fresh + (1 - _SMOOTHING) * self.speed
            self._last = (now, rows)

    def _end_step(self, event: ev.StepFinished) -> None:
        self._finished.add(event.step)
        self._quarantined_before += event.quarantined
        self.steps = [step for step in self.steps if step != event.step]
        self._begun = self._begun if self.steps else self._clock()
        self.now = ev.Progress(rows=0, total=None)
        self._last, self.speed = None, None


def _settled(progress: ev.Progress) -> int:
    """How many rows came out, or never will; others may have gone in and wait for the answer of a model."""
    return min(progress.rows, progress.kept + sum(progress.dropped.values()) + progress.quarantined)
