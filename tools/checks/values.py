"""Values of a column as checks read them: text, texts at any depth, and excerpts for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...engine.reading.json_text import json_text
from .view import Rows

EXCERPT_CHARACTERS = 200
_LOOKED_AT = 2_000
_CUT_WORD = 80


class UnmeasurableError(Exception):
    """A check cannot be measured on what it was given; it is then unverified, with this text as evidence."""


def column_values(rows: Rows, column: str) -> Iterator[Any]:
    """Yield the values of one column in the order of the rows, read batch by batch."""
    for batch in rows.batches([column]):
        yield from batch.column(0).to_pylist()


def text_or_none(value: Any) -> str | None:
    """Return a value that is text or null; raises ``UnmeasurableError`` for anything else."""
    if value is None or isinstance(value, str):
        return value
    raise UnmeasurableError(f"a value is no text but {_kind(value)}")


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value, at any depth; numbers as they are written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        raise UnmeasurableError("a value is bytes, in which no text can be looked for")
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from texts_in(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def excerpt(value: Any) -> str:
    """Return a value on one line for people: escaped, personal data masked, 200 characters at most.

    Every check's excerpts are masked, not only those about personal data: they end in reports, prompts and threads.
    """
    from ...operator_library.text.personal_data.operators import mask_personal_data

    if value == "":
        return "(empty)"
    text = value if isinstance(value, str) else json_text(value)
    cut = len(text) > _LOOKED_AT
    # What the cut may have torn apart, such as an address, would not be recognised; it goes too.
    text = text[:_LOOKED_AT]
    masked = mask_personal_data(text)
    shown = _escaped(masked[: max(0, len(masked) - _CUT_WORD)] if cut else masked)
    return shown if len(shown) <= EXCERPT_CHARACTERS and not cut else shown[: EXCERPT_CHARACTERS - 1] + "…"


def row_excerpt(position: int, value: Any) -> str:
    """Return the excerpt of a value with the number of its row, counted from 1; 200 characters at most."""
    shown = f"row {position + 1:,}: {excerpt(value)}"
    return shown if len(shown) <= EXCERPT_CHARACTERS else shown[: EXCERPT_CHARACTERS - 1] + "…"


def _escaped(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _kind(value: Any) -> str:
    named = {bool: "a boolean", int: "an integer", float: "a number", list: "a list", dict: "a struct"}
    return named.get(type(value), type(value).__name__)
