"""The doctor's findings for people, as plain as they can be pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..examination.finding import Finding
from ..terminal import visible

_STYLES = {"ok": "green", "note": "yellow", "broken": "bold red"}


def findings_text(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Yield a table for each area, what mends what is not right, and the verdict."""
    for area, members in groupby(findings, key=lambda finding: finding.area):
        yield Text(area, style="bold")
        yield _table(list(members))
        yield Text("")
    broken = [finding for finding in findings if finding.state == "broken"]
    if broken:
        yield Text(f"Broken: {', '.join(visible(finding.name) for finding in broken)}.", style=_STYLES["broken"])
    else:
        yield Text("Everything that the base needs is there.", style=_STYLES["ok"])


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(min_width=6)
    table.add_column(min_width=min(max(len(finding.name) for finding in findings), 28), overflow="fold")
    table.add_column(overflow="fold")
    for finding in findings:
        detail = Text(visible(finding.detail))
        if finding.mend:
            detail.append(f"\n-> {visible(finding.mend)}")
        table.add_row(Text(finding.state, style=_STYLES[finding.state]), Text(visible(finding.name)), detail)
    return table
