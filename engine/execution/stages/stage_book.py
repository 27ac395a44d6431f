"""The stages of a run: found or made, announced, and added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...errors import UserError
from ...events import EventSink, RowsDropped, StepFinished
from ...reading import Source
from ..execution import ExecutionOptions
from ..ledger import RowLedger, StepLedger, TopUpLedger, summed
from .stage import Stage, StepLogs

Make = Callable[[Path], Stage]


class StageBook:
    """Keeps account of the stages on which the tables of a run stand, and of all that it used on the way there."""

    def __init__(
        self,
        folder: Path,
        order: Sequence[str],
        sources: Mapping[str, Source],
        emit: EventSink,
        options: ExecutionOptions,
    ) -> None:
        self._folder = folder
        self._order = list(order)
        self._sources = sources
        self._emit = emit
        self._options = options
        self._met: dict[str, Stage] = {}
        self._current: dict[str, Stage] = {}
        self.top_ups: list[TopUpLedger] = []

    @property
    def stages(self) -> list[Stage]:
        """The stages on which the tables stand, in order."""
        return list(self._current.values())

    @property
    def used(self) -> frozenset[str]:
        """The names of all stages that were found or made, those of earlier rounds too."""
        return frozenset(self._met)

    def take(self, fingerprint: str, make: Make) -> Stage:
        """Return the stage of this fingerprint, made now if it is not there; raises ``UserError`` for too many bad rows."""
        stage = self._met.get(fingerprint)
        if stage is not None:
            self._current[fingerprint] = stage
            return stage
        found = Stage.find(self._folder / fingerprint)
        stage = found or make(self._folder / fingerprint)
        self._met[fingerprint] = self._current[fingerprint] = stage
        self._announce(stage, reused=found is not None)
        self._assert_few_errors()
        return stage

    def mark(self) -> list[str]:
        """Return where the book stands, for ``go_back_to``."""
        return list(self._current)

    def go_back_to(self, mark: Sequence[str]) -> None:
        """Take the stages since ``mark`` off the account: the next round of a top-up stands on its own."""
        self._current = {name: self._current[name] for name in mark}

    def ledger(self) -> RowLedger:
        """Return the account of the stages."""
        ledgers = summed(ledger for stage in self.stages for ledger in stage.ledgers)
        return RowLedger(
            rows_read=sum(source.rows for source in self._sources.values()),
            quarantined_at_reading=sum(len(source.quarantined) for source in self._sources.values()),
            steps=sorted(ledgers, key=lambda ledger: self._order.index(ledger.step)),
            top_ups=list(self.top_ups),
        )

    def _announce(self, stage: Stage, *, reused: bool) -> None:
        steps = {ledger.step for ledger in stage.ledgers}
        for ledger in summed(one for each in self.stages for one in each.ledgers if one.step in steps):
            if ledger.dropped:
                self._emit(RowsDropped(step=ledger.step, reasons=dict(sorted(ledger.dropped.items()))))
            counts = {"rows_in": ledger.rows_in, "rows_out": ledger.rows_out, "quarantined": ledger.quarantined}
            self._emit(StepFinished(step=ledger.step, reused=reused, **counts))

    def _assert_few_errors(self) -> None:
        ledger = self.ledger()
        most = max([ledger.rows_read, *(step.rows_in for step in ledger.steps)])
        errors = min(most, sum(step.quarantined for step in ledger.steps))  # a row may fail in several branches
        if errors and errors > self._options.max_error_share * most:
            worst = max(ledger.steps, key=lambda step: step.quarantined)
            raise UserError(
                f"{errors:,} of {most:,} rows could not be processed.",
                f"Most failed at step `{worst.step}` ({worst.operator}): {self._first_error(worst)}.",
                "Mend the input or the step, or raise --max-bad-share.",
            )

    def _first_error(self, ledger: StepLedger) -> str:
        return next(StepLogs(self.stages).quarantined(ledger.step))["error"]
