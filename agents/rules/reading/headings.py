"""Headings and the lines above lists: whether they lend an action, only name what follows, or make it doubtful."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from .phrases import longest
from .places import columns_at, names_column
from .scan import Scan
from .slots import SLOTS
from .tokens import Token

Role: TypeAlias = Literal["frame", "title", "doubtful", "open", "telling"]
"""``frame`` lends an action to what follows; ``title`` names it; ``doubtful`` makes it conditional or optional;
``open`` is a line above a list whose words must be read together with each item; ``telling`` is above a description."""


@dataclass(frozen=True)
class Heading:
    """What a heading or a line above a list does to the lines under it."""

    role: Role
    frame: tuple[Token, ...] = ()
    """The words that it lends, in the form in which a sentence would begin with them."""
    filtering: bool = False
    unknown: bool = False
    """It holds words that may say which rows or columns the lines under it are about."""
    listing: bool = False
    """It speaks of dirt to be cleaned away, so that a mere *HTML tags* under it is to be taken out."""


_ACTIONS = ("drop", "remove", "strip", "mask", "keep")
_PASSIVES = {"passive_of_drop": "drop", "passive_of_remove": "remove", "passive_of_mask": "mask", "exclusion": "no"}
_FATES = {"goes": "drop", "stays": "keep"}


def heading(scan: Scan, *, is_title: bool) -> Heading:
    """Return what a heading (``is_title``: the first of the spec) or a line above a list does."""
    filtering = any(scan.one_of("filtering", at) is not None for at in range(len(scan)))
    if is_telling(scan):
        return Heading("telling")
    frame = _frame(scan)
    if frame:
        return Heading("frame", frame)
    if _of_one_split(scan):
        return Heading("doubtful")
    if (not is_title or _is_column(scan)) and any(names_column(scan, at) for at in range(len(scan))):
        return Heading("open", tuple(scan.tokens), filtering)
    if not is_title and not is_plain_title(scan) and _doubtful(scan):
        return Heading("doubtful", filtering=filtering)
    listing = any(scan.one_of("topical", at) is not None for at in range(len(scan)))
    return Heading("title", filtering=filtering, unknown=not is_title and not is_plain_title(scan), listing=listing)


def opener(scan: Scan) -> Heading:
    """Return what a line that ends in a colon does to the list below it."""
    filtering = any(scan.one_of("filtering", at) is not None for at in range(len(scan)))
    if is_telling(scan):
        return Heading("telling")
    frame = _frame(scan)
    if frame:
        return Heading("frame", frame)
    wishing = any(scan.one_of("wishing", at) is not None for at in range(len(scan)))
    if _of_one_split(scan) or wishing:
        return Heading("doubtful")
    listing = any(scan.one_of("topical", at) is not None for at in range(len(scan)))
    role: Role = "title" if is_plain_title(scan) else "open"
    return Heading(role, tuple(scan.tokens), filtering, listing=listing and role == "title")


def is_plain_title(scan: Scan) -> bool:
    """Say whether a line holds nothing but words that name what follows, such as *Requirements*."""
    return all(
        token.text in scan.lexicon.words("title_neutral")
        or token.text in scan.lexicon.words("title_more")
        or token.kind in ("mark", "number")
        or scan.one_of("neutral", at) is not None
        for at, token in enumerate(scan.tokens)
    )


def is_telling(scan: Scan) -> bool:
    """Say whether a line is a heading such as *Input* or *Background*, under which nothing is demanded."""
    start = next((at for at, token in enumerate(scan.tokens) if token.kind == "word"), 0)
    end = scan.one_of("telling", start)
    return end is not None and scan.skip("neutral", end) == len(scan)


def _is_column(scan: Scan) -> bool:
    named = columns_at(scan, 0)
    return named is not None and named.end == len(scan)


def _of_one_split(scan: Scan) -> bool:
    """*Test split* speaks of some of the rows, *Train/test split* of all."""
    names = {token.text for token in scan.tokens if token.text in scan.lexicon.words("split_name")}
    return len(names) == 1 and is_plain_title(scan)


def named_numbers(scan: Scan) -> bool:
    """Say whether a heading holds a number that is neither its own nor that of a version: *5,000 clean documents*."""
    for at, token in enumerate(scan.tokens):
        own = at == 0 and (len(token.text) < 3 or "." in token.text)
        counted = any(scan.one_of(name, place) is not None for name in ("rows", "unit") for place in (at + 1, at + 2))
        version = token.glued or "." in token.text or scan.word(at - 1) in ("part", "section", "phase", "version", "v")
        if token.kind == "number" and (counted or not (own or version)):
            return True
    return False


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
    for name in (*_PASSIVES, *_FATES, *_ACTIONS):
        for at in range(len(scan)):
            end = scan.one_of(name, at)
            if end is None or scan.word(at) in scan.lexicon.words("topical"):
                continue
            others = [scan.word(place) for place in (*range(at), *range(end, len(scan)))]
            if any(place != at and _has_things(scan, place) for place in range(len(scan))):
                continue
            if all(word in scan.lexicon.words("frame_filler") for word in others) and not _negated(scan, at):
                word = _PASSIVES.get(name) or _FATES.get(name)
                found = tuple(scan.tokens[at:end])
                return (replace(found[0], kind="word", text=word),) if word else found
    return ()


def _has_things(scan: Scan, at: int) -> bool:
    """*Reject anything that has* is about rows; it must be read with each item to the word."""
    return scan.word(at) in ("has", "have") and scan.word(at + 1) != "to" and scan.word(at - 1) in ("that", "which")


def _negated(scan: Scan, at: int) -> bool:
    return any(scan.word(place) == "not" for place in range(at))
