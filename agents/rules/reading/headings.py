"""Headings and the lines above lists: whether they lend an action, only name what follows, or make it doubtful."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from .phrases import longest
from .places import names_column
from .scan import Scan
from .slots import SLOTS
from .tokens import Token

Role: TypeAlias = Literal["frame", "title", "doubtful", "open"]
"""``frame`` lends an action to what follows; ``title`` names it; ``doubtful`` makes it conditional or optional;
``open`` is a line above a list whose words must be read together with each item."""


@dataclass(frozen=True)
class Heading:
    """What a heading or a line above a list does to the lines under it."""

    role: Role
    frame: tuple[Token, ...] = ()
    """The words that it lends, in the form in which a sentence would begin with them."""
    filtering: bool = False
    unknown: bool = False
    """It holds words that may say what the lines under it are about, so that a line without a subject is open."""


_ACTIONS = ("drop", "remove", "strip", "mask", "keep")
_PASSIVES = {"passive_of_drop": "drop", "passive_of_remove": "remove", "passive_of_mask": "mask", "exclusion": "no"}


def heading(scan: Scan, *, is_title: bool) -> Heading:
    """Return what a heading (``is_title``: the first of the spec) or a line above a list does."""
    filtering = any(scan.one_of("filtering", at) is not None for at in range(len(scan)))
    frame = _frame(scan)
    if frame:
        return Heading("frame", frame)
    if not is_title and any(names_column(scan, at) for at in range(len(scan))):
        return Heading("open", tuple(scan.tokens), filtering)
    if not is_title and not is_plain_title(scan) and _doubtful(scan):
        return Heading("doubtful", filtering=filtering)
    return Heading("title", filtering=filtering, unknown=not is_title and not is_plain_title(scan))


def opener(scan: Scan) -> Heading:
    """Return what a line that ends in a colon does to the list below it."""
    filtering = any(scan.one_of("filtering", at) is not None for at in range(len(scan)))
    frame = _frame(scan)
    if frame:
        return Heading("frame", frame)
    return Heading("title" if is_plain_title(scan) else "open", tuple(scan.tokens), filtering)


def is_plain_title(scan: Scan) -> bool:
    """Say whether a line holds nothing but words that name what follows, such as *Requirements*."""
    return all(
        token.text in scan.lexicon.words("title_neutral")
        or token.kind in ("mark", "number")
        or scan.one_of("neutral", at) is not None
        for at, token in enumerate(scan.tokens)
    )


def named_languages(scan: Scan) -> tuple[str, ...]:
    """Return the codes of the languages that a heading names."""
    return tuple(code for at in range(len(scan)) for _, codes in SLOTS["languages"](scan, at) for code in codes)


def names_a_demand(scan: Scan) -> bool:
    """Say whether a heading holds words that could be a demand of their own, such as a language."""
    return any(
        longest("adjective", scan, at) is not None
        or longest("amount", scan, at) is not None
        or scan.one_of("judging", at) is not None
        for at in range(len(scan))
    )


def _doubtful(scan: Scan) -> bool:
    tainted = any(
        scan.one_of(name, at) is not None for name in ("tainting", "condition", "soft") for at in range(len(scan))
    )
    return tainted or names_a_demand(scan)


def _frame(scan: Scan) -> tuple[Token, ...]:
    """``What to remove`` lends *remove*, ``Must not contain`` lends *no*: one action and no other word of weight."""
    for name in (*_PASSIVES, *_ACTIONS):
        for at in range(len(scan)):
            end = scan.one_of(name, at)
            if end is None or scan.word(at) in scan.lexicon.words("topical"):
                continue
            others = [scan.word(place) for place in (*range(at), *range(end, len(scan)))]
            if all(word in scan.lexicon.words("frame_filler") for word in others) and not _negated(scan, at):
                word = _PASSIVES.get(name)
                found = tuple(scan.tokens[at:end])
                return (replace(found[0], kind="word", text=word),) if word else found
    return ()


def _negated(scan: Scan, at: int) -> bool:
    return any(scan.word(place) == "not" for place in range(at))
