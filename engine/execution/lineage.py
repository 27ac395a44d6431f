"""Where rows come from: the input rows behind a row that steps have made."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import ORIGINS, ROW_ID

_MADE_OF = r"[/~][^:]*$"
"""What expanding steps and top-ups appended to an identity, whose last part is the number of an input row."""


def origins_of(rows: pa.RecordBatch | pa.Table) -> list[list[str]]:
    """Return, for each row, the identities of the input rows that it came from; see ``origin_lists``."""
    lists: list[list[str]] = origin_lists(rows).to_pylist()
    return lists


def origin_lists(rows: pa.RecordBatch | pa.Table) -> pa.Array | pa.ChunkedArray:
    """Return, for each row, the list of the identities of the input rows that it came from.

    Rows that a dataset operator made carry them; the identity of any other row begins with that of its only origin:
    ``rows:a.jsonl:7/2/1`` comes from ``rows:a.jsonl:7``, and so does ``rows:a.jsonl:7~2/1`` of a second round.
    """
    if ORIGINS in rows.schema.names:
        return rows.column(ORIGINS)
    ids = rows.column(ROW_ID)
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    made = pc.replace_substring_regex(whole, _MADE_OF, "") if _any_made(whole) else whole
    return pa.ListArray.from_arrays(pa.array(np.arange(len(whole) + 1, dtype=np.int32)), made)


def _any_made(ids: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(ids, _MADE_OF)).as_py())
