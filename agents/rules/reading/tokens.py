"""Tokens: the words, numbers, quotations and marks of a spec, each with its place in the original text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

TokenKind: TypeAlias = Literal["word", "number", "quoted", "code", "regex", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is folded for words, the inside for quotations, and the sign itself for marks."""

    kind: TokenKind
    text: str
    start: int
    end: int
    raw: str
    glued: bool = False
    """No white space before it."""
    first: bool = False
    """The first token of its line."""


_SCANNER = re.compile(
    r"""
      (?P<code>`[^`\n]+`)
    | (?P<quoted>"[^"\n]{1,200}"|“[^”\n]{1,200}”|«[^»\n]{1,200}»|‘[^’\n]{1,200}’|(?<!\w)'[^'\n]{1,200}'(?!\w))
    | (?P<regex>(?<![\w/.:])/[^\s/][^/\n]{0,200}/(?![\w/]))
    | (?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:_\d{3})+(?!\d)|\d+(?:\.\d+)?)
    | (?P<word>[^\W\d]\w*(?:['’][^\W\d_]+)?)
    | (?P<mark>>=|<=|==|!=|->|=>|~~|\.\.\.|\S)
    """,
    re.VERBOSE,
)
_EMPHASIS = re.compile(r"\*{1,3}|__")
_CONTRACTED = re.compile(r"(.+)(n['’]t|['’](?:s|re|ve|ll|d|m))$")
_SHORT_FORMS = {"ca": "can", "wo": "will", "sha": "shall"}
_ENDINGS = {"nt": "not", "re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_TWO_WORDS = {"cannot": ("can", "not"), "nothing": ("no", "anything"), "whatever": ("anything", "that")}
_IS_WORDS = frozenset({"it", "that", "there", "this", "what", "here", "he", "she", "who"})
_JOINED = {("e", "mail"): "email", ("e", "mails"): "emails", ("un", "labelled"): "unlabelled"}
_PREFIXES = frozenset({"de"})


def tokenize(spec: str, start: int, end: int) -> list[Token]:
    """Return the tokens of ``spec[start:end]`` with offsets into ``spec``; Markdown emphasis is left out."""
    found: list[Token] = []
    position, line_start, previous_end = start, True, -1
    while position < end:
        if spec[position].isspace():
            line_start = line_start or spec[position] == "\n"
            position += 1
            continue
        emphasis = _EMPHASIS.match(spec, position, end)
        if emphasis:
            position = emphasis.end()
            previous_end = position if previous_end == emphasis.start() else previous_end
            continue
        match = _SCANNER.match(spec, position, end)
        assert match is not None and match.lastgroup is not None
        found += _made(match, match.start() == previous_end, line_start)
        position = previous_end = match.end()
        line_start = False
    return _joined(found)


def _made(match: re.Match[str], glued: bool, first: bool) -> list[Token]:
    kind: TokenKind = match.lastgroup  # type: ignore[assignment]
    raw = match.group()
    text = raw[1:-1] if kind in ("code", "quoted", "regex") else raw.casefold()
    token = Token(kind, text, match.start(), match.end(), raw, glued, first)
    return _expanded(token) if kind == "word" else [token]


def _expanded(token: Token) -> list[Token]:
    """``don't`` becomes ``do`` and ``not``, each with the place of the whole; a possessive ``'s`` is left out."""
    if token.text in _TWO_WORDS:
        first, second = _TWO_WORDS[token.text]
        return [replace(token, text=first), replace(token, text=second, glued=True, first=False)]
    match = _CONTRACTED.match(token.text)
    if not match:
        return [token]
    stem, ending = match.group(1), match.group(2).replace("'", "").replace("’", "")
    stem_token = replace(token, text=_SHORT_FORMS.get(stem, stem) if ending == "nt" else stem)
    if ending == "s":
        second = {"let": "us"}.get(stem, "is" if stem in _IS_WORDS else "")
        return [stem_token, replace(token, text=second, glued=True, first=False)] if second else [stem_token]
    return [stem_token, replace(token, text=_ENDINGS[ending], glued=True, first=False)]


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Take hyphens out of compounds (``near-duplicate`` is two words) and join ``e-mail`` and ``de-duplicate``."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if _is_hyphen(tokens, index):
            following = tokens[index + 1]
            pair = (out[-1].text, following.text)
            if pair in _JOINED or pair[0] in _PREFIXES:
                text = _JOINED.get(pair, "".join(pair))
                raw = f"{out[-1].raw}-{following.raw}"
                out[-1] = replace(out[-1], text=text, raw=raw, end=following.end)
                index += 2
                continue
            index += 1
            continue
        out.append(token)
        index += 1
    return out


def _is_hyphen(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.text not in ("-", "‑", "‐") or not token.glued or not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    return after.glued and "word" in (before.kind, after.kind) and before.kind != "mark" and after.kind != "mark"
