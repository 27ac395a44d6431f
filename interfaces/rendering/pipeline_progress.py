"""A pipeline while it runs: one moving bar on a terminal, one plain line per step anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from ...engine import events as ev
from ..terminal import visible

_LONGEST_TITLE = 28


@contextmanager
def pipeline_progress(screen: Console) -> Iterator[ev.EventSink]:
    """Yield a sink that shows events on ``screen`` until the context ends."""
    if not screen.is_terminal:
        yield PlainProgress(screen)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=12), MofNCompleteColumn(), _Speed())
    with Progress(*columns, TimeRemainingColumn(compact=True), console=screen, transient=True) as bar:
        yield MovingProgress(bar)


class PlainProgress:
    """Prints a line when a step has ended, and nothing that moves."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
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
            self._say(self._account(event))
            self._dropped = {}

    def _account(self, event: ev.StepFinished) -> str:
        notes = [f"{count:,} {reason}" for reason, count in self._dropped.items()]
        notes += [f"{event.quarantined:,} quarantined"] if event.quarantined else []
        notes += ["done before"] if event.reused else []
        said = f" ({', '.join(notes)})" if notes else ""
        return f"{event.step}: {event.rows_in:,} rows in, {event.rows_out:,} out{said}"

    def _say(self, text: str) -> None:
        self._screen.print(Text(visible(text)), soft_wrap=True)


class MovingProgress:
    """Moves a bar over the rows of the steps that run together."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Reading the input", total=None)
        self._steps: list[str] = []

    def __call__(self, event: ev.Event) -> None:
        """Show one event."""
        if isinstance(event, ev.RunStarted) and event.resumed:
            self._bar.console.print("Going on where the last run stopped.")
        elif isinstance(event, ev.Warned):
            self._bar.console.print(Text(f"Note: {visible(event.message)}"))
        elif isinstance(event, ev.StepStarted):
            self._begin(event.step)
        elif isinstance(event, ev.Progress):
            self._bar.update(self._task, completed=event.rows, total=event.total)
        elif isinstance(event, ev.StepFinished):
            self._steps = []

    def _begin(self, step: str) -> None:
        fresh = not self._steps
        self._steps.append(step)
        title = visible(", ".join(self._steps))
        if len(title) > _LONGEST_TITLE:
            title = f"{title[: _LONGEST_TITLE - 3]}..."
        if fresh:
            self._bar.reset(self._task, total=None)
        self._bar.update(self._task, description=title)


class _Speed(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f} rows/s" if task.speed else "")
