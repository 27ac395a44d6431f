"""A pipeline as the text of a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.pipeline import Pipeline, Step
from ...engine.registry import Registry
from .pipeline_flow import flows_of, given_tables
from .run_text import brief

_LONGEST = 60


def mermaid_text(pipeline: Pipeline, registry: Registry) -> str:
    """Return the flowchart: tables that are given, steps, top-ups as boxes around theirs, and outputs."""
    return "\n".join(["flowchart TD", *(f"    {line}" for line in _lines(pipeline, registry))])


def _lines(pipeline: Pipeline, registry: Registry) -> Iterator[str]:
    holders: dict[str, str] = {}
    for position, table in enumerate(given_tables(pipeline)):
        holders[table] = f"source{position}"
        rows = f"{len(pipeline.inline[table]):,} inline rows" if table in pipeline.inline else ""
        yield f"source{position}[({_label(table, rows)})]"
    box = {name: position for position, top_up in enumerate(pipeline.top_ups) for name in top_up.steps}
    edges: list[str] = []
    inside: int | None = None
    for position, flow in enumerate(flows_of(pipeline, registry)):
        node, here = f"step{position}", box.get(flow.step.id)
        if here != inside:
            yield from _change_box(pipeline, inside, here)
            inside = here
        left, right = ("[[", "]]") if flow.needs_all_rows else ("[", "]")
        yield f"{node}{left}{_label(*_words(flow.step))}{right}"
        edges += [f"{holders[table]} -->|{_label(table)}| {node}" for table in flow.reads if table in holders]
        holders |= dict.fromkeys(flow.makes, node)
    if inside is not None:
        yield "end"
    for position, output in enumerate(pipeline.outputs):
        yield f"output{position}([{_label(output.table, output.format)}])"
        if output.table in holders:
            edges.append(f"{holders[output.table]} --> output{position}")
    yield from edges


def _change_box(pipeline: Pipeline, left: int | None, entered: int | None) -> Iterator[str]:
    if left is not None:
        yield "end"
    if entered is not None:
        one = pipeline.top_ups[entered]
        yield f"subgraph top_up{entered}[{_label(f'repeated until {one.until:,} rows in {one.table}')}]"


def _words(step: Step) -> tuple[str, str, str]:
    params = ", ".join(f"{name}={brief(value)}" for name, value in step.params.items())
    return step.id, step.operator if step.operator != step.id else "", params


def _label(*parts: str) -> str:
    """A quoted label of several lines, with all that Mermaid would read as its own written as entities."""
    return '"' + "<br/>".join(_escaped(part) for part in parts if part) + '"'


def _escaped(text: str) -> str:
    folded = " ".join(text.split())
    short = folded if len(folded) <= _LONGEST else f"{folded[: _LONGEST - 3]}..."
    return "".join(
        letter if letter.isalnum() or letter in " _-.,:=()/+%?!'" else f"#{ord(letter)};" for letter in short
    )
