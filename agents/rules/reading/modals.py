"""Modal verbs: *must*, *should not*, *may*, and what they make of what follows."""

from __future__ import annotations

from dataclasses import dataclass

from .scan import Scan

SCOPED = "holds for some rows only; checks hold for all rows"
PERMISSION = "allows something; there is nothing to check"


@dataclass(frozen=True)
class Modal:
    """``must``, ``should not``, ``may``; ``said`` is false where no modal stands."""

    end: int
    said: bool = False
    negated: bool = False
    permits: bool = False


def modal(scan: Scan, at: int) -> Modal:
    """Return the modal verb at a position with its *not*."""
    place = scan.after("column_mark", at)
    must, may = scan.one_of("must", place), scan.one_of("may", place)
    end = must or may
    if end is None:
        return Modal(at)
    denial = scan.one_of("not", scan.skip("filler", end))
    return Modal(denial or end, True, denial is not None, must is None)
