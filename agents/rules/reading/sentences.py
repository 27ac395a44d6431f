"""Sentences: where one ends and the next begins, in running text and in lines that were never punctuated."""

from __future__ import annotations

from collections.abc import Sequence

from .lexicon import Lexicon
from .tokens import Token

_ENDERS = frozenset({".", "!", "?", "…"})
_SHORT_LINE = 56


def split_sentences(tokens: Sequence[Token], lexicon: Lexicon) -> list[list[Token]]:
    """Return the sentences of a block's tokens, their end marks left out."""
    sentences: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        if _ends_sentence(tokens, index, lexicon):
            sentences.append([])
            continue
        if sentences[-1] and token.first and _is_own_line(sentences[-1], tokens, index, lexicon):
            sentences.append([])
        sentences[-1].append(token)
    return [sentence for sentence in sentences if sentence]


def _ends_sentence(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    token = tokens[index]
    if token.kind != "mark" or token.text not in _ENDERS:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None:
        return True
    if following.glued:
        return following.kind == "mark" and following.text in _ENDERS
    return token.text != "." or not _is_abbreviation(tokens, index, following, lexicon)


def _is_abbreviation(tokens: Sequence[Token], index: int, following: Token, lexicon: Lexicon) -> bool:
    if index == 0 or not tokens[index].glued:
        return False
    before = tokens[index - 1]
    if len(before.text) == 1 and before.kind == "word":
        return index > 1 and tokens[index - 2].text == "."
    if before.text in lexicon.words("abbreviation"):
        return not following.raw[:1].isupper() or following.first
    return False


def _is_own_line(sentence: Sequence[Token], tokens: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """A short line whose successor starts like a sentence was meant as one; a wrapped line was not."""
    last, token = sentence[-1], tokens[index]
    line_start = next(t.start for t in reversed(sentence) if t.first or t is sentence[0])
    if last.end - line_start > _SHORT_LINE or last.text in lexicon.words("connector"):
        return False
    opens = token.raw[:1].isupper() or token.text in lexicon.words("line_opener")
    return opens or (token.kind == "code" and _has_own_verb(tokens, index, lexicon))


def _has_own_verb(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """A line that begins with a column begins a sentence when it says what that column must be."""
    stop = next((at for at in range(index + 1, len(tokens)) if tokens[at].first), len(tokens))
    verbs = lexicon.words("must") | lexicon.words("be")
    return any(token.text in verbs for token in tokens[index:stop])
