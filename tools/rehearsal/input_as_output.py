"""Which criteria the input meets before anything is done to it."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.reading import Source
from ..checks.catalogue import template
from ..checks.view import Rows
from ..contract.model import Contract
from ..verification.source_rows import SourceRows

_WORTH_MEASURING = frozenset({"share_of_rows"})
"""Checks whose remedy does more than is needed where the input already meets them."""


class InputAsOutput:
    """The input, seen as if it were a run's output."""

    def __init__(self, source: Source) -> None:
        self.rows: Rows = SourceRows(source)
        self.source: Rows = self.rows
        self.splits: dict[str, Rows] = {"train": self.rows}
        self.formats: set[str] = set()
        self.origins: Sequence[Sequence[int]] = [(position,) for position in range(source.rows)]


def met_by_input(contract: Contract, source: Source) -> frozenset[str]:
    """Return the ids of the criteria that the input meets, of those for which that changes the plan."""
    met = set()
    for criterion in contract.criteria:
        if criterion.check in _WORTH_MEASURING:
            check = template(criterion.check)
            measured = check.measure(InputAsOutput(source), check.Params.model_validate(criterion.params))
            if measured.outcome == "passed":
                met.add(criterion.id)
    return frozenset(met)
