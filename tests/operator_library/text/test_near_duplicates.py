from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pytest
from pydantic import ValidationError

from corpusmith.engine.context import Context
from corpusmith.engine.operator import Selection
from corpusmith.operator_library.text.near_duplicates import NearDuplicates


@dataclass
class Rows:
    """A table in memory, two rows a batch."""

    table: pa.Table

    @property
    def schema(self) -> pa.Schema:
        return self.table.schema

    @property
    def num_rows(self) -> int:
        return int(self.table.num_rows)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        chosen = self.table.select(list(columns)) if columns else self.table
        yield from chosen.to_batches(max_chunksize=2)


def _select(texts: list[str | None], **settings: float) -> Selection:
    table = pa.table({"id": range(len(texts)), "text": pa.array(texts, pa.string())})
    return NearDuplicates(NearDuplicates.Params(**settings)).select(Rows(table), Context())


def test_the_example_is_right() -> None:
    example = NearDuplicates.operator.example
    selection = _select([row["text"] for row in example.rows], **example.params)
    kept = [row for position, row in enumerate(example.rows) if position not in selection.drop]
    assert (kept, list(selection.drop.values())) == (example.becomes, example.dropped)


def test_a_later_row_that_resembles_only_a_dropped_row_is_kept() -> None:
    texts: list[str | None] = ["a b c d", "b c d e", "c d e f"]
    assert _select(texts, threshold=0.6, ngram=1).drop == {1: "near_duplicate"}


def test_rows_without_words_are_never_near_duplicates() -> None:
    assert _select([None, None, "", "", "...", "..."]).drop == {}


def test_short_texts_are_compared_as_a_whole() -> None:
    assert _select(["hello world", "Hello, world!", "hello"], ngram=3).drop == {1: "near_duplicate"}


def test_an_empty_table_drops_nothing() -> None:
    assert _select([]).drop == {}


@pytest.mark.parametrize("settings", [{"threshold": 0}, {"threshold": 1.1}, {"ngram": 0}, {"window": 3}])
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        NearDuplicates.Params(**settings)
