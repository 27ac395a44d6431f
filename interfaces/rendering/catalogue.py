"""The catalogue as tables for people: all operators by domain, and the hits of a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ...engine.operator import Operator
from ...engine.registry import Registry
from ...memory.operator_index.index import NOTHING_FITS_BELOW, Hit, Search
from ..terminal import visible
from .operator_facts import one_line

LONGEST_NAME = 34
"""Longer names are folded, so that a table fits 80 columns."""


def operator_list(operators: Sequence[Operator]) -> Iterator[RenderableType]:
    """Yield a table for each domain, and how many operators there are."""
    for domain, members in groupby(sorted(operators, key=lambda op: (op.domain, op.name)), lambda op: op.domain):
        yield Text(visible(domain), style="bold")
        yield _operator_table(list(members))
        yield Text("")
    several = "operator" if len(operators) == 1 else "operators"
    yield Text(f"{len(operators):,} {several}. More on one: corpusmith operators show NAME")


def search_results(query: str, found: Search, registry: Registry) -> Iterator[RenderableType]:
    """Yield the hits of a search; when nothing fits, say so and show the nearest as what they are."""
    fitting = [] if found.nothing_fits else found.hits
    if not fitting:
        best = f"the best score is {found.hits[0].score:.2f}, below {NOTHING_FITS_BELOW:.2f}" if found.hits else ""
        yield Text(f"Nothing fits “{visible(query)}”" + (f": {best}." if best else "."), style="bold")
        if found.hits:
            yield Text("The nearest, all below the threshold:")
    if found.hits:
        yield _hit_table(found.hits, registry)


def named_table(titles: Iterable[str], *, names: Iterable[str] = ()) -> Table:
    """Return an empty table whose first column keeps the lines of ``names`` whole where they are not too long."""
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    longest = max((len(line) for name in names for line in name.splitlines()), default=0)
    for position, title in enumerate(titles):
        whole = position == 0 and longest <= LONGEST_NAME
        # A width that may not shrink in a column that may be wrapped makes rich cut off what stands to the right.
        table.add_column(
            Text(title, style="bold"), overflow="fold", min_width=longest if whole else None, no_wrap=whole
        )
    return table


def _operator_table(operators: Sequence[Operator]) -> Table:
    table = named_table(["name", "kind", "rows", "what it does"], names=[op.name for op in operators])
    table.columns[1].min_width, table.columns[2].min_width = 8, 7
    for op in operators:
        table.add_row(Text(visible(op.name)), Text(op.kind), Text(op.rows), Text(visible(one_line(op))))
    return table


def _hit_table(hits: Sequence[Hit], registry: Registry) -> Table:
    table = named_table(["name", "score", "kind", "what it does"], names=[hit.name for hit in hits])
    for hit in hits:
        operator = registry.get(hit.name)
        style = "" if hit.score >= NOTHING_FITS_BELOW else "dim"
        mark = "" if hit.score >= NOTHING_FITS_BELOW else " below"
        cells = (visible(hit.name), f"{hit.score:.2f}{mark}", operator.kind, visible(one_line(operator)))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table
