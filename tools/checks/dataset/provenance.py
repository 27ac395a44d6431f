"""Every output row comes from the input."""

from __future__ import annotations

from collections.abc import Iterator

from ..measurability import obstacle
from ..memory_output import MemoryOutput
from ..row_views import NumberedRows
from ..template import CheckParams, CheckTemplate, Measurement
from ..view import Output
from ..wording import counted

_SHOWN = 10


class ProvenanceParams(CheckParams):
    """Nothing to set."""


class Provenance(CheckTemplate[ProvenanceParams]):
    """Every output row has at least one origin, and every origin is a row of the input."""

    name = "provenance"
    summary = "Every row comes from the input."
    Params = ProvenanceParams

    def describe(self, params: ProvenanceParams) -> str:
        return "Every output row comes from a row of the input."

    def measure(self, output: Output, params: ProvenanceParams) -> Measurement:
        hindered = obstacle(output)
        if hindered is not None:
            return hindered
        rows, inside = output.rows.num_rows, output.source.num_rows
        if len(output.origins) != rows:
            return Measurement("failed", f"{counted(rows, 'row')}, but origins of {len(output.origins):,}")
        broken, failing = 0, list[str]()
        for position, origins in enumerate(output.origins):
            if origins and all(0 <= origin < inside for origin in origins):
                continue
            broken += 1
            if len(failing) < _SHOWN:
                why = "an origin is not in the input" if origins else "no origin"
                failing.append(f"row {position + 1:,}: {why}")
        evidence = f"{broken:,} of {counted(rows, 'row')} have no origin in the input"
        return Measurement("failed" if broken else "passed", evidence, failing)

    def conforming(self, params: ProvenanceParams) -> MemoryOutput:
        return _output([(2,), (0, 1), (0,)])

    def mutants(self, params: ProvenanceParams) -> Iterator[Output]:
        yield _output([(2,), (), (0,)])
        yield _output([(2,), (0, 3), (0,)])
        yield _output([(2,), (-1,), (0,)])
        yield _output([(2,), (0,)])


def _output(origins: list[tuple[int, ...]]) -> MemoryOutput:
    return MemoryOutput({"train": NumberedRows(3)}, source=NumberedRows(3), origins=origins)
