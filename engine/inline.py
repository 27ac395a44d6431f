"""Sources without a file: rows that stand in the pipeline itself, such as seeds, topics and lists."""

from __future__ import annotations

from .pipeline import Pipeline
from .reading import Source, source_of_rows

INLINE = "inline"
"""Stands for the file in the identities of such rows: ``topics:inline:1``."""


def inline_sources(pipeline: Pipeline) -> dict[str, Source]:
    """Return the sources whose rows the pipeline brings, by table.

    Raises ``UserError`` for a row that cannot be carried.
    """
    return {table: source_of_rows(rows, table=table, name=INLINE) for table, rows in pipeline.inline.items()}
