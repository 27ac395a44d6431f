"""A pipeline as a picture for the terminal: one lane per table, one mark per step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from ...engine.pipeline import Pipeline, Step, TopUp
from ...engine.registry import Registry
from ..terminal import visible
from .pipeline_columns import StepColumns
from .pipeline_flow import Flow, flows_of, given_tables
from .run_text import brief

DrawingFormat: TypeAlias = Literal["terminal", "mermaid"]

_WIDEST_GRAPH = 40
"""Lanes beyond this are not drawn; what they are called stands in the text."""
_ASCII = str.maketrans({
    "○": "o", "●": "*", "■": "#", "│": "|", "─": "-", "├": "+", "┤": "+", "┼": "+", "╭": "+", "╮": "+", "╯": "+", "╰": "+",
    "┬": "+", "┴": "+", "┌": "+", "└": "+", "▼": "v", "←": "<-", "…": "~",
})  # fmt: skip


def drawing(pipeline: Pipeline, registry: Registry, columns: Mapping[str, StepColumns]) -> Iterator[RenderableType]:
    """Yield the picture. ``columns`` are those that are expected, by step, as far as they are known."""
    steps = "1 step" if len(pipeline.steps) == 1 else f"{len(pipeline.steps):,} steps"
    yield Text(f"{visible(pipeline.name)}: {steps}, {pipeline.hash[:12]}", style="bold")
    yield _Picture(list(_rows(pipeline, registry, columns)))
    if any(flow.needs_all_rows for flow in flows_of(pipeline, registry)):
        yield _Picture([_Row("■", "", [("needs all rows before it goes on", "dim")])])


@dataclass(frozen=True)
class _Row:
    """A line of the lanes, the lanes below it, and what is said beside them, each text with its style."""

    graph: str
    below: str
    texts: list[tuple[str, str]]


class _Picture:
    """Rows with their texts wrapped to the width of the screen."""

    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        margin = min(max((len(row.graph) for row in self._rows), default=0), _WIDEST_GRAPH)
        width = max(20, options.max_width - margin - 2)
        for row in self._rows:
            graph = row.graph
            for text, style in row.texts or [("", "")]:
                for line in Text(text, style=style).wrap(console, width) or [Text("")]:
                    drawn = Text(f"{_clipped(graph):<{margin}}  ", no_wrap=True).append_text(line)
                    drawn.rstrip()
                    yield drawn if _can_show(console) else Text(drawn.plain.translate(_ASCII), no_wrap=True)
                    graph = row.below


def _clipped(graph: str) -> str:
    return graph if len(graph) <= _WIDEST_GRAPH else graph[: _WIDEST_GRAPH - 1] + "…"


def _can_show(console: Console) -> bool:
    return (console.encoding or "").lower().replace("-", "").startswith("utf")


class _Lanes:
    """The lanes of tables, from left to right; a lane is free again when nobody needs its table."""

    def __init__(self) -> None:
        self._lanes: list[str | None] = []

    def at(self, table: str) -> int:
        """Return the lane of a table, the first free one for a new table."""
        if table not in self._lanes:
            free = next((at for at, held in enumerate(self._lanes) if held is None), len(self._lanes))
            self._lanes[free : free + 1] = [table]
        return self._lanes.index(table)

    def keep(self, alive: Iterable[str]) -> None:
        """Free the lanes of all other tables."""
        kept = set(alive)
        self._lanes = [table if table in kept else None for table in self._lanes]

    def holds(self, lane: int) -> bool:
        """Say whether a table is in the lane."""
        return lane < len(self._lanes) and self._lanes[lane] is not None

    @property
    def width(self) -> int:
        """How many lanes there are, free ones too."""
        return len(self._lanes)

    def plain(self) -> str:
        """Return the lanes as they run on."""
        return " ".join("│" if self.holds(lane) else " " for lane in range(len(self._lanes))).rstrip()


def _rows(pipeline: Pipeline, registry: Registry, columns: Mapping[str, StepColumns]) -> Iterator[_Row]:
    lanes = _Lanes()
    border = _Border(pipeline.top_ups)
    flows = flows_of(pipeline, registry)
    for table in given_tables(pipeline):
        lane = lanes.at(table)
        before = ["│" if lanes.holds(at) else " " for at in range(lane)]
        inline = f", {len(pipeline.inline[table]):,} inline rows" if table in pipeline.inline else ""
        texts = [(f"{visible(table)} (source{inline})", "")]
        yield _Row(border.outside + " ".join([*before, "○"]), border.outside + lanes.plain(), texts)
    for flow in flows:
        opened = border.opened_by(flow.step)
        if opened:
            said = (
                f"repeated until {opened.until:,} rows in {visible(opened.table)}, at most {opened.max_rounds:,} rounds"
            )
            yield _Row(border.top + lanes.plain(), border.inside + lanes.plain(), [(said, "italic")])
        side = border.beside(flow.step)
        graph = _graph(flow, lanes)
        yield _Row(side + graph, side + lanes.plain(), list(_said(flow, columns.get(flow.step.id))))
        if border.closed_by(flow.step):
            yield _Row(border.bottom + lanes.plain(), border.outside + lanes.plain(), [])
    last = {table: flow.step.id for flow in flows for table in flow.makes}
    for position, output in enumerate(pipeline.outputs):
        lane = lanes.at(output.table)
        marks = ["▼" if at == lane else "│" if lanes.holds(at) else " " for at in range(lanes.width)]
        lanes.keep(later.table for later in pipeline.outputs[position + 1 :])
        texts = [(f"{visible(output.table)} (output, {output.format})", "bold")]
        known = columns.get(last.get(output.table, ""))
        texts += [(_listed(known.after), "dim")] if known else []
        yield _Row(border.outside + " ".join(marks), border.outside + lanes.plain(), texts)


def _graph(flow: Flow, lanes: _Lanes) -> str:
    """The line of a step; afterwards the lanes are those below it."""
    reads = {lanes.at(table) for table in flow.reads}
    lanes.keep({*flow.alive, *flow.reads})
    makes = {lanes.at(table) for table in flow.makes}
    touched = reads | makes
    lanes.keep(flow.alive)
    first, last = min(touched), max(touched)
    width = max(last + 1, lanes.width)
    marks = []
    for lane in range(width):
        within = first <= lane <= last
        marks.append(
            ("■" if flow.needs_all_rows else "●")
            if lane in makes
            else _joint(lane, first, last, goes_on=lanes.holds(lane))
            if lane in touched
            else "┼"
            if within and lanes.holds(lane)
            else "─"
            if within
            else "│"
            if lanes.holds(lane)
            else " "
        )
    return "".join(
        mark + ("─" if first <= lane < last else " ") for lane, mark in enumerate(marks)
    ).rstrip()  # fmt: skip


def _joint(lane: int, first: int, last: int, *, goes_on: bool) -> str:
    """How a lane that is read meets the line of the step."""
    if first < lane < last:
        return "┼" if goes_on else "┴"
    if lane == first:
        return "├" if goes_on else "╰"
    return "┤" if goes_on else "╯"


def _said(flow: Flow, columns: StepColumns | None) -> Iterator[tuple[str, str]]:
    step = flow.step
    operator = f" ({visible(step.operator)})" if step.operator != step.id else ""
    yield f"{visible(step.id)}{operator}", ""
    if flow.makes != flow.reads[:1] or len(flow.reads) > 1:
        yield f"{', '.join(map(visible, flow.makes))} ← {', '.join(map(visible, flow.reads))}", "dim"
    facts = [f"{name}={brief(value)}" for name, value in step.params.items()]
    facts += [f"{name}: {column}" for name, column in step.bind.items()]
    facts += [f"{name} as {column}" for name, column in step.write.items()]
    facts += [f"artifact {name}: {artifact}" for name, artifact in step.artifacts.items()]
    if facts:
        yield visible(", ".join(facts)), "dim"
    if columns and columns.added:
        yield f"adds {_listed(columns.added)}", "dim"
    if columns and columns.removed:
        yield f"takes away {visible(', '.join(columns.removed))}", "dim"


def _listed(columns: Mapping[str, str]) -> str:
    return visible(", ".join(f"{name} ({kind})" for name, kind in columns.items()))


class _Border:
    """The frame on the left of the steps that a top-up repeats."""

    def __init__(self, top_ups: Iterable[TopUp]) -> None:
        self._by_first = {one.steps[0]: one for one in top_ups}
        self._last = {one.steps[-1] for one in self._by_first.values()}
        self._within = {step for one in self._by_first.values() for step in one.steps}
        wide = bool(self._by_first)
        self.outside, self.inside, self.top, self.bottom = ("  ", "│ ", "┌ ", "└ ") if wide else ("", "", "", "")

    def opened_by(self, step: Step) -> TopUp | None:
        """Return the top-up that begins with a step."""
        return self._by_first.get(step.id)

    def closed_by(self, step: Step) -> bool:
        """Say whether a top-up ends with a step."""
        return step.id in self._last

    def beside(self, step: Step) -> str:
        """Return what stands beside a step."""
        return self.inside if step.id in self._within else self.outside
