"""Whether cells of the output are those of the rows that they come from.

Values are compared by their JSON form, in which both file formats hold them alike: a time is its ISO 8601 text. Where the
format has types, those are compared too, and not-a-number is told from null. Of the input 8 bytes are held per cell (XXH3),
of as many columns at a time as fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import xxhash

from ...engine.columns import type_of_arrow
from ...engine.reading.json_text import json_bytes
from .values import row_excerpt
from .view import Output, Rows

CELLS_AT_ONCE = 1 << 25
_SHOWN = 10
_Cells: TypeAlias = dict[str, "np.ndarray[Any, np.dtype[np.uint64]]"]


@dataclass
class Changes:
    """The rows in which a cell differs from that of every origin: how many by column, and the first of them."""

    by_column: dict[str, int] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)


def changes(output: Output, columns: Mapping[str, str]) -> Changes:
    """Compare output columns with the input columns that they are the copies of (``{output column: input column}``).

    Both must exist. A cell is unchanged when it equals that of any origin of its row; a row without origins has none.
    """
    found = Changes()
    at_once = max(1, CELLS_AT_ONCE // max(1, output.source.num_rows))
    names = list(columns)
    for start in range(0, len(names), at_once):
        _compare(output, {name: columns[name] for name in names[start : start + at_once]}, found)
    return found


def changed_types(output: Output, columns: Mapping[str, str]) -> list[str]:
    """Return the output columns whose type differs from that of the input column; JSON files say nothing of types."""
    if "jsonl" in output.formats:
        return []
    after, before = output.rows.schema, output.source.schema
    return [
        name for name, source in columns.items() if _kinds(after.field(name).type) != _kinds(before.field(source).type)
    ]


def _kinds(dtype: pa.DataType) -> Any:
    """The column type of an Arrow type, with those of the values inside it."""
    kind = type_of_arrow(dtype)
    if kind == "list":
        return kind, _kinds(dtype.value_type)
    return (kind, [(field.name, _kinds(field.type)) for field in dtype]) if kind == "struct" else kind


def _compare(output: Output, columns: Mapping[str, str], found: Changes) -> None:
    typed = "jsonl" not in output.formats
    source = _cells(output.source, list(dict.fromkeys(columns.values())), typed)
    for position, row in enumerate(_rows(output.rows, list(columns))):
        origins = output.origins[position]
        for (name, origin_name), value in zip(columns.items(), row, strict=True):
            before = source[origin_name]
            digest = _digest(value, typed)
            if not any(0 <= origin < len(before) and before[origin] == digest for origin in origins):
                found.by_column[name] = found.by_column.get(name, 0) + 1
                if len(found.failing) < _SHOWN:
                    found.failing.append(row_excerpt(position, f"`{name}` became {_shown(value)}"))


def _cells(rows: Rows, columns: Sequence[str], typed: bool) -> _Cells:
    cells = {name: np.empty(rows.num_rows, dtype=np.uint64) for name in columns}
    start = 0
    for batch in rows.batches(columns):
        for name in columns:
            digests = (_digest(value, typed) for value in batch.column(name).to_pylist())
            cells[name][start : start + batch.num_rows] = np.fromiter(digests, np.uint64, batch.num_rows)
        start += batch.num_rows
    return cells


def _rows(rows: Rows, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for batch in rows.batches(columns):
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def _digest(value: Any, typed: bool) -> int:
    not_a_number = typed and isinstance(value, float) and math.isnan(value)
    return xxhash.xxh3_64_intdigest(b"NaN" if not_a_number else json_bytes(value))


def _shown(value: Any) -> str:
    return json_bytes(value[:1000] if isinstance(value, str) else value).decode("utf-8", "replace")
