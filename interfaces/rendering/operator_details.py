"""One operator on the screen: signature, traits, parameters, and its example before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...engine.identity import lock_of
from ...engine.operator import Operator
from ..terminal import visible
from .catalogue import named_table
from .operator_dependencies import dependencies_of
from .operator_facts import ROWS_IN_WORDS, reads_of, step_of, writes_of
from .operator_parameters import parameters_of, signature_of

_WIDEST_CELL = 300


def operator_details(operator: Operator) -> Iterator[RenderableType]:
    """Yield all that the catalogue says of an operator."""
    yield Text(visible(signature_of(operator)), style="bold")
    yield Text("")
    yield Text(visible(flowing(operator.description), keep="\n"))
    yield from _section("Traits", _traits(operator))
    yield from _section("Parameters", _parameters(operator))
    yield from _section("In a pipeline", Text(visible(step_of(operator), keep="\n").rstrip()))
    example = operator.example
    for name, fitted in example.artifacts.items():
        yield from _section(f"Example: what {name} is fitted on", example_table(fitted.rows))
    yield from _section("Example: rows in", example_table(example.rows))
    yield from _section("Example: rows out", example_table(example.becomes))
    if example.dropped:
        yield from _section(
            "Example: dropped, in order", Text("\n".join(visible(reason) for reason in example.dropped))
        )


def example_table(rows: Sequence[dict[str, Any]]) -> RenderableType:
    """Return rows as a small table; values are JSON, so that white space and types are seen."""
    if not rows:
        return Text("no rows")
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = named_table([visible(name) for name in names])
    for row in rows:
        table.add_row(*(Text(shown(row[name]) if name in row else "") for name in names))
    return table


def shown(value: Any) -> str:
    """Return a value as JSON on one line, cut where it is very long."""
    text = visible(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _WIDEST_CELL else f"{text[:_WIDEST_CELL]}... ({len(text):,} characters)"


def flowing(text: str) -> str:
    """Return text with each paragraph on one line, for the screen to wrap; lists keep their lines."""
    paragraphs = text.replace("``", "`").split("\n\n")
    return "\n\n".join(
        part
        if any(line.lstrip().startswith(("* ", "- ", ">>>")) for line in part.split("\n"))
        else " ".join(part.split())
        for part in paragraphs
    )


def _section(title: str, content: RenderableType) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(title, style="bold")
    yield Padding(content, (0, 0, 0, 2), expand=False)


def _traits(operator: Operator) -> Table:
    facts = {
        "kind": operator.kind,
        "rows": ROWS_IN_WORDS[operator.rows],
        "domain, phase": f"{operator.domain}, {operator.phase.name}",
        "reads": reads_of(operator),
        "writes": writes_of(operator),
        **{name: words.replace("`", "") for name, words in dependencies_of(operator).items()},
        "deterministic": "yes" if operator.deterministic else "no",
        "use for": "; ".join(operator.use_for),
        "not for": "; ".join(operator.not_for),
        "also called": "; ".join(operator.aliases),
        "measured by": operator.measure or "",
        "identity": lock_of(operator),
        "source": operator.source,
    }
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value:
            table.add_row(Text(name), Text(visible(value)))
    return table


def _parameters(operator: Operator) -> RenderableType:
    parameters = parameters_of(operator)
    if not parameters:
        return Text("none")
    table = named_table(["name", "type", "default", "range", "meaning"], names=[p.name for p in parameters])
    for parameter in parameters:
        table.add_row(*(Text(visible(field)) for field in parameter))
    return table
