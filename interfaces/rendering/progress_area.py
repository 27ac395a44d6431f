"""The progress of a run: one live area on a terminal, a plain line now and then anywhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ...engine import events as ev
from ..terminal import visible
from .run_figures import RunFigures

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_LOOKS = 1.0
_REDRAWS_PER_SECOND = 4
_REASONS_SHOWN = 4
_STEPS_NAMED = 2
_PROGRESS = (ev.Progress, ev.TokensSpent, ev.StepStarted, ev.StepFinished, ev.RowsDropped)


class ProgressArea:
    """Shows the figures of a run between ``start`` and ``stop``, fed by its events; nothing moves without a terminal."""

    def __init__(self, screen: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.figures = RunFigures(clock)
        self._screen = screen
        self._clock = clock
        self._title = ""
        self._live: Live | None = None
        self._line_at: float | None = None
        self._lock = threading.RLock()
        """Figures are drawn by threads of their own while events change them."""
        self._stopped = threading.Event()

    @property
    def moves(self) -> bool:
        """Whether this is a terminal on which things can move."""
        return self._screen.is_terminal and not self._screen.is_dumb_terminal

    def start(self, title: str) -> None:
        """Begin to show figures under a title; anew where that was begun before."""
        self.stop()
        self.figures = RunFigures(self._clock, self.figures.plan)
        self._title = title
        self._line_at = self._clock()
        if not self.moves:
            self._stopped = threading.Event()
            threading.Thread(target=self._look, args=(self._stopped,), name="progress", daemon=True).start()
        else:
            self._live = Live(
                get_renderable=self._drawn,
                console=self._screen,
                refresh_per_second=_REDRAWS_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def stop(self) -> None:
        """Take the area off the screen."""
        self._stopped.set()
        with self._lock:
            self._line_at = None
        if self._live is not None:
            self._live.stop()
            self._live = None

    def __call__(self, event: ev.Event) -> None:
        """Take note of an event, and print a line where one is due."""
        with self._lock:
            self.figures.take(event)
        if isinstance(event, _PROGRESS):
            self._print_where_due()

    def _look(self, stopped: threading.Event) -> None:
        """Print lines also while nothing happens that one is told of."""
        while not stopped.wait(_SECONDS_BETWEEN_LOOKS):
            with suppress(BrokenPipeError):
                self._print_where_due()

    def _print_where_due(self) -> None:
        with self._lock:
            now = self._clock()
            if self._live is None and self._line_at is not None and now - self._line_at >= _SECONDS_BETWEEN_LINES:
                self._line_at = now
                self._screen.print(Text("; ".join(self._parts())), soft_wrap=True)

    def _drawn(self) -> RenderableType:
        with self._lock:
            return self._area()

    def _area(self) -> RenderableType:
        figures = self.figures
        steps = self._steps()
        head = Text.assemble((self._title, "bold"), f"  {steps}" if steps else "")
        lines: list[RenderableType] = [head]
        if figures.now.rows or figures.now.total:
            bar = Table.grid(padding=(0, 1))
            bar.add_row(
                ProgressBar(total=figures.now.total, completed=figures.now.rows, width=20, pulse=not figures.now.total),
                Text(", ".join(self._pace()), no_wrap=True, overflow="ellipsis"),
            )
            lines.append(bar)
        else:
            lines += [Text(part) for part in self._pace()]
        lines += [Text(part) for part in (*self._fates(), *self._spending())]
        return Group(*lines)

    def _parts(self) -> Iterator[str]:
        steps = self._steps()
        yield f"{self._title}: {steps}" if steps else self._title
        yield from self._pace()
        yield from self._fates()
        yield from self._spending()

    def _steps(self) -> str:
        """The running steps by name, the first and the last where there are many, and their places in the plan."""
        if self.figures.all_finished:
            return "writing the results"
        names, places = [visible(name) for name in self.figures.steps], self.figures.places
        shown = ", ".join(names) if len(names) <= _STEPS_NAMED else f"{names[0]} ... {names[-1]}"
        if not places:
            return shown
        which = f"step {places[0]}" if len(places) == 1 else f"steps {places[0]} to {places[-1]}"
        return f"{shown} ({which} of {len(self.figures.plan)})"

    def _pace(self) -> Iterator[str]:
        figures = self.figures
        if not figures.now.rows and figures.seconds_so_far >= 1:
            yield f"{duration(figures.seconds_so_far)} so far"
        if figures.now.rows:
            of = f" of {figures.now.total:,}" if figures.now.total is not None else ""
            yield f"{figures.now.rows:,}{of} rows in"
        if figures.speed:
            yield f"{figures.speed:,.0f} rows/s"
        if figures.seconds_left is not None:
            yield f"{duration(figures.seconds_left)} left"

    def _fates(self) -> Iterator[str]:
        figures = self.figures
        if figures.now.kept:
            yield f"{figures.now.kept:,} kept"
        if figures.dropped:
            reasons = [f"{count:,} {visible(reason)}" for reason, count in figures.dropped.items()]
            more = len(reasons) - _REASONS_SHOWN
            shown = ", ".join(
                [*reasons[:_REASONS_SHOWN], *([f"{more} more reason{'s' * (more > 1)}"] if more > 0 else [])]
            )
            yield f"{sum(figures.dropped.values()):,} dropped ({shown})"
        if figures.quarantined:
            yield f"{figures.quarantined:,} quarantined"

    def _spending(self) -> Iterator[str]:
        spent = self.figures.spent
        if spent is None:
            return
        tokens = spent.prompt_tokens + spent.completion_tokens
        cost = "cost unknown" if spent.usd is None else f"{spent.usd:,.4f} USD"
        yield f"{spent.calls:,} model calls, {spent.cached:,} from the cache, {tokens:,} tokens, {cost}"


def duration(seconds: float) -> str:
    """Return a span of time as people read it: ``0:07``, ``12:30``, ``3:04:05``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
