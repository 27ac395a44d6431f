"""``corpusmith operators``: list, show, search, and the catalogue as Markdown pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from rich.console import RenderableType

from ...engine.errors import UserError, did_you_mean
from ...engine.operator import Kind, Operator
from ...engine.registry import Registry
from ...memory.operator_index.index import NOTHING_FITS_BELOW
from ...memory.workspace import Workspace
from ...tools.operators import load_registry, open_index
from ..rendering.catalogue import operator_list, search_results
from ..rendering.operator_details import operator_details
from ..rendering.operator_facts import brief, full
from ..rendering.operator_pages import write_pages
from ..terminal import console, print_json


def registry_of(workspace: Path | None) -> Registry:
    """Return all operators, those of the workspace too if it has any; looking makes no workspace."""
    place = Workspace.locate(workspace)
    return load_registry(place if (place.root / "operators").is_dir() else None)


def list_operators(workspace: Path | None, *, domain: str | None, kind: str | None, as_json: bool) -> int:
    """Print all operators, or those of a domain and of a kind; raises ``UserError`` where there is no such one."""
    operators = list(registry_of(workspace))
    _refuse_unknown("domain", domain, {op.domain for op in operators})
    _refuse_unknown("kind", kind, get_args(Kind))
    chosen = [op for op in operators if domain in (None, op.domain) and kind in (None, op.kind)]
    if as_json:
        print_json([brief(op) for op in chosen])
    else:
        _print(operator_list(chosen))
    return 0


def show_operator(workspace: Path | None, name: str, *, as_json: bool) -> int:
    """Print all about one operator; raises ``UserError`` with the nearest name for an unknown one."""
    operator = registry_of(workspace).get(name)
    if as_json:
        print_json(full(operator))
    else:
        _print(operator_details(operator))
    return 0


def search_operators(workspace: Path | None, words: str, *, limit: int, as_json: bool) -> int:
    """Print the operators nearest to a need in plain words, or that nothing fits."""
    if not words.strip():
        raise UserError("Nothing to search for.", fix="Say what you need, such as: drop short texts")
    registry = registry_of(workspace)
    index = open_index(Workspace.locate(workspace), registry)
    try:
        found = index.search(words, k=limit)
    finally:
        index.close()
    if not as_json:
        _print(search_results(words, found, registry))
        return 0
    hits = [
        {**vars(hit), "fits": hit.score >= NOTHING_FITS_BELOW, "summary": registry.get(hit.name).summary}
        for hit in found.hits
    ]
    print_json(
        {"query": words, "threshold": NOTHING_FITS_BELOW, "nothing_fits": found.nothing_fits, "hits": hits},
    )
    return 0


def write_catalogue(out: Path) -> int:
    """Write one Markdown page per operator of the library, and their index, into ``out``."""
    operators: list[Operator] = [op for op in load_registry() if op.source == "library"]
    write_pages(operators, out)
    console().print(f"Wrote {len(operators):,} pages and their index to {out}", soft_wrap=True)
    return 0


def _refuse_unknown(what: str, given: str | None, known: Iterable[str]) -> None:
    names = sorted(known)
    if given is not None and given not in names:
        raise UserError(f"There is no {what} `{given}`.", fix=did_you_mean(given, names))


def _print(parts: Iterable[RenderableType]) -> None:
    screen = console()
    for part in parts:
        screen.print(part)
