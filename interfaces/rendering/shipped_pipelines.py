"""The shipped pipelines as a list for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from ...engine.registry import Registry
from ...operator_library.pipelines.shipped import ShippedPipeline
from .catalogue import named_table


class ShippedFacts(NamedTuple):
    """What the list says of a pipeline."""

    name: str
    summary: str
    sources: list[str]
    needs: list[str]
    steps: int


def shipped_facts(shipped: ShippedPipeline, registry: Registry) -> ShippedFacts:
    """Return the facts of one shipped pipeline."""
    pipeline = shipped.pipeline()
    needs = sorted({need for step in pipeline.steps for need in registry.get(step.operator).needs})
    return ShippedFacts(shipped.name, shipped.summary, pipeline.given_sources, needs, len(pipeline.steps))


def shipped_list(facts: Sequence[ShippedFacts]) -> Iterator[RenderableType]:
    """Yield a table of pipelines, and how to go on."""
    table = named_table(["name", "reads", "needs", "what it does"], names=[each.name for each in facts])
    for each in facts:
        cells = (each.name, ", ".join(each.sources), ", ".join(each.needs) or "nothing", each.summary)
        table.add_row(*(Text(cell) for cell in cells))
    yield table
    yield Text("")
    yield Text(
        "Run one: corpusmith pipeline run NAME --data PATH --out FOLDER. Change one: corpusmith pipeline show NAME"
    )
