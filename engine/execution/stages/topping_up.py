"""When a top-up has enough, and what it says when it does not get there."""

from __future__ import annotations

from collections.abc import Sequence

from ...pipeline import TopUp


def is_over(top_up: TopUp, passed: Sequence[int]) -> bool:
    """Say whether no further round is to be run, given the rows that had passed after each."""
    return passed[-1] >= top_up.until or len(passed) >= top_up.max_rounds or _added_nothing(passed)


def shortfall(top_up: TopUp, passed: Sequence[int]) -> str | None:
    """Return a sentence when fewer rows passed than were asked for."""
    if passed[-1] >= top_up.until:
        return None
    rounds = f"{len(passed):,} round{'s' if len(passed) > 1 else ''}"
    if _added_nothing(passed):
        why = f"the last of {rounds} added none"
    else:
        why = f"{rounds} are all that it may take (`max_rounds`)"
    return f"The top-up of `{top_up.table}` ends with {passed[-1]:,} of {top_up.until:,} rows: {why}."


def _added_nothing(passed: Sequence[int]) -> bool:
    return passed[-1] <= (passed[-2] if len(passed) > 1 else 0)
