"""A pipeline while it runs: a live area on a terminal, a plain line per step and now and then anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from ...engine import events as ev
from ..terminal import visible
from .progress_area import ProgressArea


@contextmanager
def pipeline_progress(screen: Console) -> Iterator[ev.EventSink]:
    """Yield a sink that shows events on ``screen`` until the context ends."""
    area = ProgressArea(screen)
    area.start("Running")
    try:
        yield PipelineProgress(screen, area)
    finally:
        area.stop()


class PipelineProgress:
    """Prints what stays on the screen, and hands everything to the area that does not."""

    def __init__(self, screen: Console, area: ProgressArea) -> None:
        self._screen = screen
        self._area = area
        self._dropped: dict[str, int] = {}

    def __call__(self, event: ev.Event) -> None:
        """Show one event."""
        if isinstance(event, ev.RunStarted) and event.resumed:
            self._say("Going on where the last run stopped.")
        elif isinstance(event, ev.Warned):
            self._say(f"Note: {event.message}")
        elif isinstance(event, ev.RowsDropped):
            self._dropped = event.reasons
        elif isinstance(event, ev.StepFinished):
            if not self._area.moves:
                self._say(self._account(event))
            self._dropped = {}
        self._area(event)

    def _account(self, event: ev.StepFinished) -> str:
        notes = [f"{count:,} {reason}" for reason, count in self._dropped.items()]
        notes += [f"{event.quarantined:,} quarantined"] if event.quarantined else []
        notes += ["done before"] if event.reused else []
        said = f" ({', '.join(notes)})" if notes else ""
        return f"{event.step}: {event.rows_in:,} rows in, {event.rows_out:,} out{said}"

    def _say(self, text: str) -> None:
        self._screen.print(Text(visible(text)), soft_wrap=True)
