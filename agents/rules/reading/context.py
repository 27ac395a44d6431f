"""Sentences that ask for nothing: what the data is, what it is for, courtesies, and summaries of what follows."""

from __future__ import annotations

from .phrases import Shape, longest
from .scan import Scan

_ASKING = (
    "requirement",
    "condition",
    "soft",
    "keep",
    "drop",
    "remove",
    "mask",
    "must",
    "no",
    "only",
    "at_least",
    "at_most",
    "judging",
    "do_not",
)


def is_context(scan: Scan, *, carried_on: bool = False) -> bool:
    """Say whether a sentence only describes or greets: a declarative opening, and no word that asks for anything.

    After a sentence that describes, ``carried_on``, one that begins with *it is* or *they have* describes, too.
    """
    at = scan.skip("neutral", 0)
    if at == len(scan):
        return True
    start = scan.skip("courtesy", at)
    if start == len(scan):
        return True
    if _is_about_the_page(scan, start):
        return True
    describes = scan.one_of("describing", start) is not None
    if carried_on and scan.one_of("carried_on", start) is not None:
        describes = not names_a_property(scan)
    intends = scan.one_of("intending", start) is not None
    counted = scan.one_of("telling_verbs", start) is not None
    asked = asks(scan, start) or (not counted and _counts(scan, start))
    return (describes or intends) and not asked and not (intends and names_a_property(scan))


def opens_as_context(scan: Scan) -> bool:
    """Say whether a sentence opens like a description, whatever it says then."""
    start = scan.skip("courtesy", scan.skip("neutral", 0))
    return scan.one_of("telling_verbs", start) is not None


def _is_about_the_page(scan: Scan, start: int) -> bool:
    """*This page lists the requirements for the data set.*"""
    subject = scan.one_of("about_the_page", start)
    states = scan.one_of("states", subject) if subject is not None else None
    if states is None or _counts(scan, start) or names_a_property(scan):
        return False
    quiet = ("requirement", "requirements", "must", "filter")
    rest = [at for at in range(states, len(scan)) if scan.word(at) not in quiet]
    return not any(scan.one_of(name, at) is not None for at in rest for name in _ASKING)


def is_summary(scan: Scan) -> bool:
    """Say whether a sentence only announces the rest of the spec: *clean this crawl*, *build a dataset from the docs*."""
    start = scan.skip("neutral", 0)
    return start < len(scan) and summary_end(scan, start) == len(scan)


def summary_end(scan: Scan, at: int) -> int:
    """Return the end of an announcement at a position, or the position itself."""
    ends = [at]
    for verb, objects in (("announcing", "announced"), ("announcing_cleaning", "announced_whole")):
        start = scan.one_of(verb, at)
        place = scan.skip(objects, start) if start is not None else at
        if start is not None and place > start:
            ends.append(scan.skip("closing", scan.skip("purpose", _before_purpose(scan, start, place))))
    return max(ends)


def _before_purpose(scan: Scan, start: int, end: int) -> int:
    """Return where the purpose begins whose *for our* was taken for a part of the announcement."""
    places = (place for place in range(start + 1, end) if scan.one_of("purpose", place) is not None)
    return next(places, end)


def names_a_property(scan: Scan) -> bool:
    """Say whether words name a property that a purpose may demand: *we want to train a German model*."""
    shapes: tuple[Shape, ...] = ("adjective", "thing", "flaw")
    hits = (longest(shape, scan, at) for at in range(len(scan)) for shape in shapes)
    return any(hit is not None and hit[1].check != "not_empty" for hit in hits)


def asks(scan: Scan, start: int) -> bool:
    """Say whether a word from a position on asks for something."""
    return any(scan.one_of(name, at) is not None for at in range(start, len(scan)) for name in _ASKING)


def only_clean(scan: Scan) -> bool:
    """Say whether *clean* is the only word of a title that could ask for something; what it means stands below it."""
    judging = [token.text for at, token in enumerate(scan.tokens) if scan.one_of("judging", at) is not None]
    return set(judging) <= {"clean"} and bool(judging)


def _counts(scan: Scan, start: int) -> bool:
    numbers = any(token.kind == "number" for token in scan.tokens[start:])
    return numbers or any(longest("amount", scan, at) is not None for at in range(start, len(scan)))
