"""Top-ups in ``forward``: a segment that the engine repeats until enough rows pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import UserError
from .symbols import Dataset
from .tracing import TracedTopUp, current_trace, returned_tables


def top_up(
    segment: Callable[..., Any], *, until: int, max_rounds: int = 10, table: str | None = None
) -> Callable[..., Any]:
    """Return ``segment`` as one that is repeated until ``until`` rows are in its result, for at most ``max_rounds``.

    ``segment`` is an operator, a module or a method that composes operators. Where it returns several datasets the first
    one is counted; ``table`` names another.
    """

    def repeated(*given: Any, **named: Any) -> Any:
        trace = current_trace("top_up")
        first = len(trace.steps)
        made = segment(*given, **named)
        if len(trace.steps) == first:
            raise UserError("A top-up repeats no step.", fix="Call at least one operator in its segment.")
        counted: Dataset | str = table or trace.own(returned_tables(made)[0][1], "The top-up")
        trace.top_ups.append(TracedTopUp(first, len(trace.steps), counted, until, max_rounds))
        return made

    return repeated
