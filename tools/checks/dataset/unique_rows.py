"""No two rows are equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from ....operator_library.core.digests import joined, row_digests
from ....operator_library.core.text_folding import Normalization
from ..measurability import obstacle
from ..memory_output import MemoryOutput, output_of
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..values import row_excerpt
from ..view import Output, Rows
from ..wording import columns_named, counted

_SHOWN = 10
_SPACED: dict[Normalization, str] = {
    "none": "",
    "whitespace": " up to white space",
    "case_and_whitespace": " up to case and white space",
}


class UniqueRowsParams(CheckParams):
    """The columns that are compared (all when none are named), and which differences between texts do not count."""

    columns: list[str] = Field(default_factory=list)
    normalize: Normalization = "none"


class UniqueRows(CheckTemplate[UniqueRowsParams]):
    """No two rows agree in the columns; nulls agree with each other."""

    name = "unique_rows"
    summary = "No row comes twice."
    Params = UniqueRowsParams

    def describe(self, params: UniqueRowsParams) -> str:
        where = f" in {columns_named(params.columns)}" if params.columns else ""
        return f"No two rows are equal{where}{_SPACED[params.normalize]}."

    def measure(self, output: Output, params: UniqueRowsParams) -> Measurement:
        hindered = obstacle(output, params.columns)
        if hindered is not None:
            return hindered
        names = params.columns or output.rows.schema.names
        repeated = _repeated(output.rows, names, params.normalize)
        if not repeated.size:
            return Measurement("passed", f"0 of {counted(output.rows.num_rows, 'row')} repeat an earlier row")
        failing = _excerpts(output.rows, names, set(repeated[:_SHOWN].tolist()))
        evidence = (
            f"{len(repeated):,} of {counted(output.rows.num_rows, 'row')} repeat an earlier row; e.g. {failing[0]}"
        )
        return Measurement("failed", evidence, failing)

    def conforming(self, params: UniqueRowsParams) -> MemoryOutput:
        return _output(params, _distinct(len(params.columns) or 2))

    def mutants(self, params: UniqueRowsParams) -> Iterator[Output]:
        rows = _distinct(len(params.columns) or 2)
        yield _output(params, [*rows, rows[0]])
        yield _output(params, [rows[0], *rows])
        names = _names(params)
        yield MemoryOutput({"train": _columns(names, rows), "test": _columns(names, [rows[1]])})
        if params.normalize != "none":
            yield _output(params, [*rows, tuple(f"  {cell.replace(' ', '  ')}\n" for cell in rows[0])])
        if params.normalize == "case_and_whitespace":
            yield _output(params, [*rows, tuple(cell.upper() for cell in rows[0])])

    def columns(self, params: UniqueRowsParams) -> Sequence[str]:
        return params.columns

    def remedies(self, params: UniqueRowsParams, means: Means) -> Sequence[Remedy]:
        return () if means == "edit" else (Remedy("exact_duplicates", params.model_dump()),)


def _repeated(rows: Rows, names: Sequence[str], normalize: Normalization) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The positions of rows that equal an earlier one."""
    digests = joined(row_digests([batch.column(name) for name in names], normalize) for batch in rows.batches(names))
    later = np.ones(len(digests), dtype=np.bool_)
    later[np.unique(digests, return_index=True)[1]] = False
    return np.flatnonzero(later).astype(np.int64)


def _excerpts(rows: Rows, names: Sequence[str], positions: set[int]) -> list[str]:
    found: list[str] = []
    start = 0
    for batch in rows.batches(names):
        here = [position for position in sorted(positions) if start <= position < start + batch.num_rows]
        for position in here:
            row = batch.slice(position - start, 1).to_pylist()[0]
            found.append(row_excerpt(position, row[names[0]] if len(names) == 1 else row))
        start += batch.num_rows
    return found


def _distinct(width: int) -> list[tuple[str, ...]]:
    """Rows that are distinct although no single column is, when there are several."""
    plain = [tuple(f"a value {column}" for column in range(width))]
    return plain + [
        tuple(f"{'other' if at == column else 'a'} value {at}" for at in range(width)) for column in range(width)
    ]


def _names(params: UniqueRowsParams) -> Sequence[str]:
    return params.columns or ("first", "second")


def _output(params: UniqueRowsParams, rows: Sequence[tuple[str, ...]]) -> MemoryOutput:
    return output_of(_columns(_names(params), rows))


def _columns(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
