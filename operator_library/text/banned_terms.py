"""Words and phrases that must not occur: counting and removing them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from ...engine.declare import operator
from ...engine.errors import UserError
from ...engine.operator import Example
from .rewriting import until_stable

# Scripts written without spaces: a term in them is found wherever it stands.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _one_line(term: str) -> str:
    if "\n" in term:
        raise ValueError(f"the term {term!r} spans two lines; a term is a word or a phrase within a line")
    return term


Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)]
Terms = Annotated[list[Term], Field(min_length=1, description="The words or phrases to look for.")]
WholeWords = Annotated[bool, Field(description="Find a term only as a whole word, not within another word.")]
IgnoreCase = Annotated[bool, Field(description="Take capital and small letters as the same.")]


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...], whole_words: bool, ignore_case: bool) -> re.Pattern[str]:
    longest_first = sorted(set(terms), key=lambda term: (-len(term), term))
    alternatives = "|".join(_bounded(term) if whole_words else re.escape(term) for term in longest_first)
    return re.compile(alternatives, re.IGNORECASE if ignore_case else 0)


def _bounded(term: str) -> str:
    before, after = (
        bound if re.match(r"\w", edge) and not _UNSPACED.match(edge) else ""
        for bound, edge in ((r"(?<!\w)", term[0]), (r"(?!\w)", term[-1]))
    )
    return before + re.escape(term) + after


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "Buy now! A CASINO, a casino"}, {"text": "casinos are another word"}],
        becomes=[
            {"text": "Buy now! A CASINO, a casino", "banned_term_count": 3},
            {"text": "casinos are another word", "banned_term_count": 0},
        ],
        params={"terms": ["casino", "buy now"]},
    ),
    use_for=("drop texts with forbidden words", "check that certain phrases do not occur"),
    not_for=("patterns; use matches_pattern", "judging whether a text is offensive"),
    aliases=("blocklist", "bad words", "forbidden phrases", "stop phrases"),
)
def banned_term_count(
    text: str, *, terms: Terms, whole_words: WholeWords = True, ignore_case: IgnoreCase = True
) -> int:
    """Number of times that any of the given words or phrases occurs.

    Reads ``text``, writes ``banned_term_count``. Occurrences do not overlap; where two terms begin at one place the
    longer counts. Terms in scripts without spaces (Chinese, Japanese, Thai) are found anywhere.
    """
    return sum(1 for _ in _pattern(tuple(terms), whole_words, ignore_case).finditer(text))


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": "a damn fine day"}, {"text": "a fine day"}],
        becomes=[{"text": "a *** fine day"}, {"text": "a fine day"}],
        params={"terms": ["damn"], "replacement": "***"},
    ),
    use_for=("delete forbidden words from the text", "censor a list of phrases"),
    not_for=("dropping whole documents; use banned_term_count_filter",),
    aliases=("censor words", "remove bad words", "strip phrases"),
)
def remove_banned_terms(
    text: str,
    *,
    terms: Terms,
    whole_words: WholeWords = True,
    ignore_case: IgnoreCase = True,
    replacement: Annotated[str, Field(description="What stands in place of each term.")] = "",
) -> str:
    """Remove the given words or phrases, or put a text in their place; ``banned_term_count`` of the result is 0.

    Reads and writes ``text``. Raises ``UserError`` when the replacement holds a banned term itself.
    """
    pattern = _pattern(tuple(terms), whole_words, ignore_case)
    if pattern.search(replacement):
        raise UserError(
            f"The replacement {replacement!r} holds a banned term itself.", fix="Choose another `replacement`."
        )
    return until_stable(text, lambda it: pattern.sub(lambda _: replacement, it), lambda it: pattern.sub("\n", it))
