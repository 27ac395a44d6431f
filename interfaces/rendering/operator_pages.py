"""The catalogue as Markdown: one page per operator and an index, the same bytes for the same operators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ...engine.disk_errors import writing_to
from ...engine.operator import Operator
from ..markdown_text import cell, code, prose, table
from .operator_dependencies import dependencies_of
from .operator_facts import ROWS_IN_WORDS, one_line, reads_of, step_of, writes_of
from .operator_parameters import parameters_of, signature_of

INDEX = "README.md"
GENERATED = "<!-- Generated from the code by `corpusmith operators docs`; edits are overwritten. -->"


def write_pages(operators: Sequence[Operator], out: Path) -> None:
    """Write the pages into ``out``; generated pages of operators that are gone are removed, other files stay.

    Raises ``UserError`` when the disk is full or refuses.
    """
    pages = {f"{operator.name}.md": operator_page(operator) for operator in operators}
    pages[INDEX] = index_page(operators)
    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        for path in sorted(out.glob("*.md")):
            if path.name not in pages and path.read_text(encoding="utf-8", errors="replace").startswith(GENERATED):
                path.unlink()
        for name, text in pages.items():
            (out / name).write_text(text, encoding="utf-8", newline="\n")


def index_page(operators: Sequence[Operator]) -> str:
    """Return the index: all operators by domain, each with its line."""
    lines = [GENERATED, "", "# Operators", "", f"{len(operators):,} operators, by domain."]
    for domain, members in groupby(sorted(operators, key=lambda op: (op.domain, op.name)), lambda op: op.domain):
        titles = ["Operator", "Kind", "Rows", "Needs", "What it does"]
        lines += ["", f"## {domain}", "", *table(titles, [_line(operator) for operator in members])]
    return "\n".join(lines) + "\n"


def _line(operator: Operator) -> list[str]:
    link = f"[{code(operator.name)}]({operator.name}.md)"
    return [link, operator.kind, operator.rows, ", ".join(operator.needs), prose(one_line(operator))]


def operator_page(operator: Operator) -> str:
    """Return the page of one operator."""
    lines = [GENERATED, "", f"# {operator.name}", "", f"`{signature_of(operator)}`", ""]
    lines += [operator.description.replace("``", "`"), "", *_traits(operator)]
    lines += ["", "## Parameters", "", *_parameters(operator)]
    lines += ["", "## In a pipeline", "", "```yaml", step_of(operator).rstrip(), "```"]
    lines += ["", "## Example"]
    for name, fitted in operator.example.artifacts.items():
        lines += ["", f"`{name}` is fitted by `{fitted.operator}` on:", "", *_rows(fitted.rows)]
    lines += ["", "Rows in:", "", *_rows(operator.example.rows)]
    lines += ["", "Rows out:", "", *_rows(operator.example.becomes)]
    if operator.example.dropped:
        lines += ["", f"Dropped, in order: {', '.join(code(reason) for reason in operator.example.dropped)}."]
    return "\n".join(lines) + "\n"


def _traits(operator: Operator) -> list[str]:
    facts = {
        "Kind": operator.kind,
        "Rows": ROWS_IN_WORDS[operator.rows],
        "Domain": operator.domain,
        "Phase": operator.phase.name,
        "Reads": reads_of(operator),
        "Writes": writes_of(operator),
        **{name.capitalize(): words for name, words in dependencies_of(operator).items()},
        "Deterministic": "yes" if operator.deterministic else "no",
        "Version": operator.version,
        "Use for": "; ".join(operator.use_for),
        "Not for": "; ".join(operator.not_for),
        "Also called": "; ".join(operator.aliases),
    }
    rows = [[name, prose(value)] for name, value in facts.items() if value]
    if operator.measure:
        rows.append(["Measured by", f"[{code(operator.measure)}]({operator.measure}.md)"])
    return table(["Trait", ""], rows)


def _parameters(operator: Operator) -> list[str]:
    rows = [
        [code(p.name), cell(p.type), "required" if p.required else code(p.default), cell(p.range), prose(p.meaning)]
        for p in parameters_of(operator)
    ]
    return table(["Name", "Type", "Default", "Range", "Meaning"], rows) if rows else ["None."]


def _rows(rows: Sequence[dict[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        return ["None."]
    return table([code(name) for name in names], [list(_cells(row, names)) for row in rows])


def _cells(row: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield code(json.dumps(row[name], ensure_ascii=False, default=str)) if name in row else ""
