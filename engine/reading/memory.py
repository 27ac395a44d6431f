"""Sources without a file: rows of a sample, an example or a test, with the same decisions on types as for files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from ..columns import HIDDEN
from ..errors import UserError
from ..rows import Quarantined
from .json_text import json_bytes
from .observed import Observed
from .shape import Shape, column_of_values
from .source import Source, SourceFile, schema_with_row_id


def source_of_rows(rows: Sequence[Mapping[str, Any]], *, table: str = "rows", name: str = "memory") -> Source:
    """Return Python rows as a source; row identities are ``table:name:1`` and so on.

    A row with invalid Unicode is quarantined. Raises ``UserError`` for a row that is no mapping with text keys, and for a
    value that cannot be carried.
    """
    good, bad = _sorted_out(rows)
    notes: list[str] = []
    observed = Observed()
    observed.see_structs(list(good.values()), None)
    shapes = {column: seen.decide(column, notes) for column, seen in observed.fields.items()}
    schema = pa.schema([pa.field(column, shape.type) for column, shape in shapes.items()])
    columns = _columns(good, f"{table}:{name}:", shapes)
    batch = pa.RecordBatch.from_arrays(columns, schema=schema_with_row_id(schema))
    file = _as_file(name, good)
    return Source(
        schema=schema,
        rows=len(good),
        fingerprint=_sha256(f"{name}\0{file.sha256}\n{schema}".encode()),
        read=lambda: iter([batch]),
        files=[file],
        notes=notes,
        quarantined=[Quarantined(f"{table}:{name}:{number}", "read", "invalid Unicode") for number in bad],
    )


def source_of_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch], fingerprint: str) -> Source:
    """Return batches that already begin with the row identity as a source, such as a sample of another source.

    ``schema`` holds the visible columns. Raises ``ValueError`` when a batch does not fit it.
    """
    full = schema_with_row_id(schema)
    kept = list(batches)
    for batch in kept:
        if batch.schema.names != full.names or batch.schema.types != full.types:
            raise ValueError(f"The batch has the columns {batch.schema}, the source has {full}.")
    rows = sum(batch.num_rows for batch in kept)
    return Source(schema, rows, fingerprint, lambda: iter(kept))


def _sorted_out(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[int, dict[str, Any]], list[int]]:
    """The good rows by their number, and the numbers of those with invalid Unicode."""
    good: dict[int, dict[str, Any]] = {}
    bad: list[int] = []
    for number, row in enumerate(rows, start=1):
        _refuse_keys(row, number)
        if _holds_invalid_text(row):
            bad.append(number)
        else:
            good[number] = dict(row)
    return good, bad


def _as_file(name: str, rows: Mapping[int, dict[str, Any]]) -> SourceFile:
    content = b"\n".join(b"%d:%s" % (number, json_bytes(row)) for number, row in rows.items())
    return SourceFile(name, _sha256(content), len(content), len(rows))


def _columns(rows: Mapping[int, dict[str, Any]], prefix: str, shapes: Mapping[str, Shape]) -> list[pa.Array]:
    ids = pa.array([f"{prefix}{number}" for number in rows], pa.string())
    return [ids, *(column_of_values([row.get(name) for row in rows.values()], shape) for name, shape in shapes.items())]


def _refuse_keys(row: Mapping[str, Any], number: int) -> None:
    if not isinstance(row, Mapping) or not all(isinstance(key, str) for key in row):
        raise UserError(
            f"Row {number} is no mapping from column names to values.", fix="Give each row as a dictionary."
        )
    for name in sorted(HIDDEN.intersection(row)):
        raise UserError(f"Row {number} has a column `{name}`.", "That name is the engine's own.", "Rename it.")


def _holds_invalid_text(value: Any) -> bool:
    if isinstance(value, str):
        return any("\ud800" <= character <= "\udfff" for character in value) if not value.isascii() else False
    if isinstance(value, Mapping):
        return any(_holds_invalid_text(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(_holds_invalid_text, value))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
