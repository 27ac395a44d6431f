"""Text that is put into generated Markdown without being read as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SPECIAL = frozenset("\\|`*_<>[]#")


def cell(text: str) -> str:
    """Return ``text`` as a piece of one line that cannot break out of a table cell."""
    return "".join("\\" + letter if letter in _SPECIAL else letter for letter in " ".join(text.split()))


def prose(text: str) -> str:
    """Return Markdown of our own, such as a docstring, as one line of a table."""
    return " ".join(text.replace("``", "`").split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return ``text`` as code on one line of a table, fenced by more backticks than it holds."""
    folded = " ".join(text.splitlines()).replace("|", "\\|")
    longest = max((len(run) for run in _runs_of_backticks(folded)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {folded} {fence}" if longest else f"{fence}{folded}{fence}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table; the cells must already be Markdown."""
    return [f"| {' | '.join(cells)} |" for cells in (titles, ["---"] * len(titles), *rows)]


def _runs_of_backticks(text: str) -> Iterator[str]:
    run = ""
    for letter in text + " ":
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""
