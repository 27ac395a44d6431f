"""Errors, by who has to act on them.

``CorpusmithError``
├── ``UserError``       the person: bad input or configuration; one panel, no traceback, exit 2
├── ``EndpointError``   the endpoint of a model: unreachable, or failing for every request; exit 7
├── ``BudgetReachedError`` the person, who may raise the limit; the run stops cleanly and can go on; exit 6
├── ``LedgerImbalanceError`` nobody but us: a step lost or invented rows
└── ``RowError``        one row: the engine quarantines it and goes on
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CorpusmithError(Exception):
    """The root of every error that Corpusmith raises on purpose."""


class UserError(CorpusmithError):
    """Something that the person who typed the command can mend.

    ``what`` happened, ``why`` (the value that was seen), and ``fix``: what to type or change next.
    """

    def __init__(self, what: str, why: str = "", fix: str = "") -> None:
        super().__init__(" ".join(part for part in (what, why, fix) if part))
        self.what = what
        self.why = why
        self.fix = fix


class EndpointError(UserError):
    """The endpoint of a model cannot be reached or answers nobody; what was done is kept, and the run can go on."""


class BudgetReachedError(UserError):
    """A limit on calls, tokens, cost or time is reached; what was done is kept, and a raised limit goes on."""


class LedgerImbalanceError(CorpusmithError):
    """A step's rows do not add up. Always our own bug, never the user's."""


class RowError(CorpusmithError):
    """Raised by an operator for one row that it cannot process; the row is quarantined with this text."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or ``None`` when nothing comes close."""
    candidates = list(known)
    folded = {candidate.casefold(): candidate for candidate in candidates}
    matches = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean `x`?"``, or the list of what there is when nothing comes close."""
    candidates = list(known)
    match = nearest(name, candidates)
    if match:
        return f"Did you mean `{match}`?"
    listed = ", ".join(f"`{candidate}`" for candidate in candidates[:12])
    return f"There is: {listed}." if listed else ""
