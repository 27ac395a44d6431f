"""The little language of the phrase tables: ``"contain|contains [the words] {terms}"``.

* ``a|b`` is one of several words, ``(a b|c)`` one of several phrases, ``[x]`` or ``[x|y z]`` may be left out;
* ``{slot}`` is a typed slot (``slots``), ``{slot:name}`` the same under another name;
* ``<class>`` is a word class of the lexicon.

Articles and other fillers may stand between any two elements and need not be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .lexicon import Lexicon
from .scan import Scan
from .slots import SLOTS

Bindings: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Word:
    """One of several words or marks."""

    words: frozenset[str]


@dataclass(frozen=True)
class WordClass:
    """A member of a word class."""

    name: str


@dataclass(frozen=True)
class SlotPlace:
    """A typed slot."""

    slot: str
    name: str


@dataclass(frozen=True)
class Choice:
    """One of several sequences; an empty one makes it optional."""

    branches: tuple[tuple[Element, ...], ...]


Element: TypeAlias = Word | WordClass | SlotPlace | Choice
_LEXEMES = re.compile(
    r"\s*(?:\{(?P<slot>\w+)(?::(?P<name>\w+))?\}|<(?P<cls>\w+)>|(?P<mark>[\[\]()|])|(?P<word>[^\s\[\]()|{}<>]+))"
)


class PatternError(ValueError):
    """A phrase in a table that is not written as ``patterns.py`` says."""


def compile_pattern(text: str, lexicon: Lexicon) -> tuple[Element, ...]:
    """Return a phrase's elements. Raises ``PatternError`` for unknown slots and classes and for loose brackets."""
    lexemes = list(_LEXEMES.finditer(text))
    if "".join(lexeme.group() for lexeme in lexemes).rstrip() != text.rstrip():
        raise PatternError(
            f"Phrase {text!r}: `<` and `>` enclose the name of a word class, `{{` and `}}` that of a slot."
        )
    branches, rest = _branches(lexemes, 0, text, lexicon, outermost=True)
    if rest != len(lexemes) or len(branches) != 1:
        raise PatternError(f"Phrase {text!r}: a bracket or a `|` stands loose.")
    return branches[0]


def _branches(
    lexemes: Sequence[re.Match[str]], at: int, text: str, lexicon: Lexicon, *, outermost: bool = False
) -> tuple[list[tuple[Element, ...]], int]:
    branches: list[list[Element]] = [[]]
    while at < len(lexemes) and lexemes[at]["mark"] not in ("]", ")"):
        lexeme = lexemes[at]
        if lexeme["mark"] == "|":
            branches.append([])
            at += 1
        elif lexeme["mark"]:
            inner, stop = _branches(lexemes, at + 1, text, lexicon)
            if stop >= len(lexemes) or lexemes[stop]["mark"] != {"[": "]", "(": ")"}[lexeme["mark"]]:
                raise PatternError(f"Phrase {text!r}: a bracket is not closed.")
            branches[-1].append(Choice((*inner, ()) if lexeme["mark"] == "[" else tuple(inner)))
            at = stop + 1
        elif lexeme["word"]:
            words, at = _alternatives(lexemes, at) if outermost else ([lexeme["word"]], at + 1)
            branches[-1].append(Word(frozenset(words)))
        else:
            branches[-1].append(_named(lexeme, text, lexicon))
            at += 1
    return [tuple(branch) for branch in branches], at


def _alternatives(lexemes: Sequence[re.Match[str]], at: int) -> tuple[list[str], int]:
    """Outside brackets ``a|b|c`` are alternatives for one word."""
    words = [lexemes[at]["word"]]
    while at + 2 < len(lexemes) and lexemes[at + 1]["mark"] == "|" and lexemes[at + 2]["word"]:
        words.append(lexemes[at + 2]["word"])
        at += 2
    return words, at + 1


def _named(lexeme: re.Match[str], text: str, lexicon: Lexicon) -> Element:
    if lexeme["slot"]:
        if lexeme["slot"] not in SLOTS:
            raise PatternError(f"Phrase {text!r}: there is no slot {{{lexeme['slot']}}}.")
        return SlotPlace(lexeme["slot"], lexeme["name"] or lexeme["slot"])
    if lexeme["cls"] not in lexicon.names():
        raise PatternError(f"Phrase {text!r}: there is no word class <{lexeme['cls']}>.")
    return WordClass(lexeme["cls"])


def match(elements: Sequence[Element], scan: Scan, at: int) -> Iterator[tuple[int, Bindings]]:
    """Yield every way in which a phrase stands at a position: its end and what its slots hold."""
    yield from _match(elements, 0, scan, at, {}, at)


def _match(
    elements: Sequence[Element], index: int, scan: Scan, at: int, bound: Bindings, begin: int
) -> Iterator[tuple[int, Bindings]]:
    if index == len(elements):
        yield at, bound
        return
    element = elements[index]
    if isinstance(element, Choice):
        for branch in element.branches:
            yield from _match((*branch, *elements[index + 1 :]), 0, scan, at, bound, begin)
        return
    place: int | None = at
    while place is not None:
        found = False
        for end, more in _one(element, scan, place):
            found = True
            yield from _match(elements, index + 1, scan, end, {**bound, **more}, begin)
        place = None if found or at == begin else scan.one_of("filler", place)


def _one(element: Word | WordClass | SlotPlace, scan: Scan, at: int) -> Iterator[tuple[int, Bindings]]:
    if isinstance(element, Word):
        if scan.word(at) in element.words:
            yield at + 1, {}
    elif isinstance(element, WordClass):
        end = scan.one_of(element.name, at)
        if end is not None:
            yield end, {}
    else:
        key = (element.slot, at, "slot")
        if key not in scan.memory:
            scan.memory[key] = list(SLOTS[element.slot](scan, at))
        for end, value in scan.memory[key]:
            yield end, {element.name: value}


def first_words(elements: Sequence[Element], lexicon: Lexicon) -> frozenset[str] | None:
    """Return the words with which a phrase can begin, or ``None`` where it can begin with a slot."""
    words: frozenset[str] = frozenset()
    for element in elements:
        if isinstance(element, SlotPlace):
            return None
        if isinstance(element, Word):
            return words | element.words
        if isinstance(element, WordClass):
            return words | {member[0] for member in lexicon.members(element.name)}
        for branch in element.branches:
            inner = first_words(branch, lexicon)
            if branch and inner is None:
                return None
            words |= inner or frozenset()
        if () not in element.branches:
            return words
    return words
