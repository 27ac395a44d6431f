"""From text to the words and concepts that retrieval compares: one analysis for documents and for needs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_TABLE = Path(__file__).with_name("concepts.yaml")
_CJK = "぀-ヿ㐀-鿿가-힯"
_WORD = re.compile(rf"[{_CJK}]+|[^\W\d_{_CJK}]+")
_CJK_ONLY = re.compile(rf"[{_CJK}]+")
_LONGEST_PHRASE = 5


@dataclass(frozen=True)
class Vocabulary:
    """The concept table, ready for matching: stemmed phrases to concepts, and words that mean nothing here."""

    concepts: dict[tuple[str, ...], tuple[str, ...]]
    cjk: dict[str, tuple[str, ...]]
    stop: frozenset[str]
    revision: str


@dataclass(frozen=True)
class Analysis:
    """``words`` are stems that no phrase of the table explains; ``concepts`` stand for those that one does."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    surface: tuple[str, ...]
    """Every stem that is no stop word, in order, explained or not."""

    @property
    def terms(self) -> list[str]:
        """Words and concepts together; a concept begins with ``@``."""
        return [*self.words, *self.concepts]


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped concept table."""
    content = _TABLE.read_bytes()
    table = yaml.load(content, Loader=yaml.BaseLoader)
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    cjk: dict[str, tuple[str, ...]] = {}
    for concept, said in table["concepts"].items():
        for phrase in said:
            if _CJK_ONLY.fullmatch(phrase):
                cjk[phrase] = (*cjk.get(phrase, ()), f"@{concept}")
            else:
                key = tuple(stems(phrase))
                phrases[key] = tuple(dict.fromkeys((*phrases.get(key, ()), f"@{concept}")))
    return Vocabulary(
        concepts=phrases,
        cjk=cjk,
        stop=frozenset(stems(table["stop"])),
        revision=hashlib.sha256(content).hexdigest()[:16],
    )


def analyse(text: str) -> Analysis:
    """Return the words and concepts of ``text``. Numbers, stop words, case, accents and endings are left out."""
    known = vocabulary()
    found = stems(text)
    words: list[str] = []
    concepts: list[str] = []
    position = 0
    while position < len(found):
        length, names = _longest_phrase(found, position, known)
        concepts.extend(names)
        if not names and found[position] not in known.stop:
            words.extend(_cjk_pairs(found[position]))
        position += length
    for run in _CJK_ONLY.findall(text):
        concepts.extend(name for phrase, names in known.cjk.items() if phrase in run for name in names)
    return Analysis(tuple(words), tuple(concepts), tuple(stem for stem in found if stem not in known.stop))


def stems(text: str) -> list[str]:
    """Return the words of ``text`` in order, folded and without English endings; CJK runs are kept whole."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("n't", " not").casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return [_stem(word) for word in _WORD.findall(folded)]


def _longest_phrase(found: list[str], position: int, known: Vocabulary) -> tuple[int, tuple[str, ...]]:
    for length in range(min(_LONGEST_PHRASE, len(found) - position), 0, -1):
        names = known.concepts.get(tuple(found[position : position + length]))
        if names:
            return length, names
    return 1, ()


def _cjk_pairs(stem: str) -> list[str]:
    if not _CJK_ONLY.fullmatch(stem) or len(stem) < 3:
        return [stem]
    return [stem[i : i + 2] for i in range(len(stem) - 1)]


def _stem(word: str) -> str:
    """A light stemmer, enough to join ``removing``, ``removes`` and ``remove``."""
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = _undouble(word[: -len(ending)])
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undouble(word: str) -> str:
    return word[:-1] if word[-1] == word[-2] and word[-1] not in "lsz" else word
