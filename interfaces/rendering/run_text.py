"""A run as text for people: what was understood, the plan, the rows that went, and the verdict.

Every text that comes from a spec or from data is put on the screen as it is, never read as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...engine import events as ev
from ..terminal import visible
from .progress_area import ProgressArea

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "unverified": ("?", "yellow")}
_STATUS_STYLE = {
    "verified": "bold green",
    "rehearsed": "bold green",
    "partial": "bold yellow",
    "needs_input": "bold yellow",
}
_ASCII = {"✓": "ok", "✗": "FAIL", "?": "?", "→": "->", "•": "-"}


class RunText:
    """Renders the events of a run on a console, as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._operators: dict[str, str] = {}
        self._executing = False
        self._area = ProgressArea(console)

    def __call__(self, event: ev.Event) -> None:
        """Render one event; kinds that say nothing to people are passed over."""
        self._area(event)
        render: Callable[[Any], None] | None = getattr(self, f"_on_{type(event).__name__}", None)
        if render is not None:
            render(event)

    def close(self) -> None:
        """Take away what moves; to be called at the end, however the run ends."""
        self._area.stop()

    def _on_RunStarted(self, event: ev.RunStarted) -> None:  # noqa: N802 (named after the event)
        self._line(f"{'Continuing' if event.resumed else 'Run'} {event.run_id}", "dim")

    def _on_ProfileReady(self, event: ev.ProfileReady) -> None:  # noqa: N802
        columns = ", ".join(f"{name} ({kind})" for name, kind in list(event.columns.items())[:20])
        self._heading("Input", f"{event.rows:,} rows; {columns}")
        self._items(event.notes)

    def _on_ContractFrozen(self, event: ev.ContractFrozen) -> None:  # noqa: N802
        self._heading("Checks", f"{len(event.checks)} frozen, contract {event.contract_hash[:12]}")
        self._items(event.checks)
        if event.uncovered:
            self._line("Not understood, so no check covers it:", "bold yellow")
            self._items([f"“{quote}”" for quote in event.uncovered], "yellow")
        if event.assumptions:
            self._line("Assumed:", "bold")
            self._items(event.assumptions)

    def _on_PlanProposed(self, event: ev.PlanProposed) -> None:  # noqa: N802
        self._heading("Plan", f"{len(event.steps)} steps, pipeline {event.pipeline_hash[:12]}")
        if not event.steps:
            return
        table = Table(box=None, pad_edge=False, show_edge=False)
        for title in ("", "operator", "on", "with"):
            table.add_column(title, overflow="fold")
        for number, step in enumerate(event.steps, 1):
            params = ", ".join(f"{name}={brief(value)}" for name, value in step["params"].items())
            table.add_row(str(number), _text(step["operator"]), _text(", ".join(step["columns"])), _text(params))
            self._operators[step["step"]] = step["operator"]
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def _on_NodeStarted(self, event: ev.NodeStarted) -> None:  # noqa: N802
        self._executing = event.node == "execute"
        titles = {
            "rehearse": "Rehearsing on a sample",
            "execute": "Running on all rows",
            "profile": "Reading the input",
            "verify": "Measuring the checks",
        }
        if event.node in titles:
            self._area.start(titles[event.node])
            if event.node in ("rehearse", "execute"):
                self._heading(titles[event.node], "")

    def _on_NodeFinished(self, event: ev.NodeFinished) -> None:  # noqa: N802
        self._area.stop()

    def _on_RowsDropped(self, event: ev.RowsDropped) -> None:  # noqa: N802
        self._dropped = event.reasons

    def _on_StepFinished(self, event: ev.StepFinished) -> None:  # noqa: N802
        if not self._executing:
            return
        dropped: dict[str, int] = self.__dict__.pop("_dropped", {})
        notes = [f"{count:,} {reason}" for reason, count in dropped.items()]
        notes += [f"{event.quarantined:,} quarantined"] if event.quarantined else []
        notes += ["done before"] if event.reused else []
        said = f": {', '.join(notes)}" if notes else ""
        self._line(self._glyphs(f"  {event.step}  {event.rows_in:,} → {event.rows_out:,}{said}"))

    def _on_CheckMeasured(self, event: ev.CheckMeasured) -> None:  # noqa: N802
        if event.scope == "sample" and event.outcome != "failed":
            return
        mark, style = _MARKS[event.outcome]
        said = Text.assemble(visible(event.check), "\n", (visible(event.evidence), "dim"))
        self._beside(_text(self._glyphs(mark), style=style), said)

    def _on_Verdict(self, event: ev.Verdict) -> None:  # noqa: N802
        counts = f"{event.passed} passed, {event.failed} failed, {event.unverified} could not be measured"
        self._line(f"  {'Rehearsal' if event.scope == 'sample' else 'Full output'}: {counts}")

    def _on_Warned(self, event: ev.Warned) -> None:  # noqa: N802
        self._items([event.message], "yellow")

    def _on_ApprovalNeeded(self, event: ev.ApprovalNeeded) -> None:  # noqa: N802
        self._line(f"Waiting for approval of pipeline {event.pipeline_hash[:12]}. {event.message}", "bold yellow")

    def _on_RunFinished(self, event: ev.RunFinished) -> None:  # noqa: N802
        self._area.stop()
        self._console.print()
        self._console.print(
            Text.assemble((event.status, _STATUS_STYLE.get(event.status, "bold red")), "  ", visible(event.summary))
        )

    def _heading(self, title: str, detail: str) -> None:
        self._console.print()
        self._console.print(Text.assemble((title, "bold"), "  " if detail else "", (visible(detail), "dim")))

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(_text(text, style=style))

    def _items(self, texts: list[str], style: str = "") -> None:
        for text in texts:
            self._beside(_text(self._glyphs("•"), style=style), _text(self._glyphs(text), style=style))

    def _beside(self, mark: Text, text: Text) -> None:
        """Print a mark and a text that keeps to the right of it over all its lines."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row("", mark, text)
        self._console.print(grid)

    def _glyphs(self, text: str) -> str:
        """The text as it is, or with ASCII signs where the terminal cannot show others."""
        try:
            text.encode(self._console.encoding)
        except (UnicodeEncodeError, LookupError):
            for sign, plain in _ASCII.items():
                text = text.replace(sign, plain)
        return text


def _text(text: str, style: str = "") -> Text:
    """Text from anywhere, with nothing in it that a terminal would obey or rich would read as markup."""
    return Text(visible(text), style=style)


def brief(value: Any) -> str:
    """A parameter's value as people would write it."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) if value else "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {brief(item)}" for key, item in value.items())
    return str(value)
