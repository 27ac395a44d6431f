"""Where rows come from: the input rows behind a row that steps have made."""

from __future__ import annotations

import pyarrow as pa

from ..columns import ORIGINS, ROW_ID


def origins_of(rows: pa.RecordBatch | pa.Table) -> list[list[str]]:
    """Return, for each row, the identities of the input rows that it came from.

    Rows that a dataset operator made carry them; the identity of any other row begins with that of its only origin.
    """
    if ORIGINS in rows.schema.names:
        carried: list[list[str]] = rows.column(ORIGINS).to_pylist()
        return carried
    return [[_ancestor(row)] for row in rows.column(ROW_ID).to_pylist()]


def _ancestor(row: str) -> str:
    """The identity without what expanding steps and top-ups appended.

    ``rows:a.jsonl:7/2/1`` comes from ``rows:a.jsonl:7``, and so does ``rows:a.jsonl:7~2/1`` of a second round.
    """
    file, separator, number = row.rpartition(":")
    return f"{file}{separator}{number.partition('/')[0].partition('~')[0]}"
