"""How long a text is, in characters, words, lines and paragraphs."""

from __future__ import annotations

from itertools import groupby

import pyarrow as pa

from ...engine.declare import operator
from ...engine.operator import Example


def _character_counts(text: pa.Array) -> pa.Array:
    # Arrow's own utf8_length takes four times as long.
    import polars as pl

    return pl.Series(text).str.len_chars().to_arrow().cast(pa.int64())


@operator(
    kind="evaluate",
    phase="annotate",
    columnar=_character_counts,
    example=Example(
        rows=[{"text": "naïve 日本"}, {"text": "short"}, {"text": ""}],
        becomes=[
            {"text": "naïve 日本", "character_count": 8},
            {"text": "short", "character_count": 5},
            {"text": "", "character_count": 0},
        ],
    ),
    use_for=("drop texts that are too short", "limit the length of documents in characters"),
    not_for=("counting bytes", "counting tokens of a model"),
    aliases=("text length", "number of characters", "how long is the text"),
)
def character_count(text: str) -> int:
    """Number of characters (Unicode code points, white space included).

    Reads ``text``, writes ``character_count``. A letter with a separate combining accent counts as two.
    """
    return len(text)


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "three small words"}, {"text": "two words"}, {"text": "  "}],
        becomes=[
            {"text": "three small words", "word_count": 3},
            {"text": "two words", "word_count": 2},
            {"text": "  ", "word_count": 0},
        ],
    ),
    use_for=("keep documents with at least so many words", "drop very short or very long documents"),
    not_for=("languages written without spaces, such as Chinese or Thai", "counting tokens of a model"),
    aliases=("number of words", "words per document", "length in words"),
)
def word_count(text: str) -> int:
    """Number of words, that is of stretches between white space.

    Reads ``text``, writes ``word_count``. Text in scripts without spaces counts as one word per stretch.
    """
    return len(text.split())


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "one\n\ntwo\n"}, {"text": "only one"}],
        becomes=[{"text": "one\n\ntwo\n", "line_count": 2}, {"text": "only one", "line_count": 1}],
    ),
    use_for=("drop texts with too few or too many lines", "tell lists and poems from running text"),
    not_for=("counting empty lines too",),
    aliases=("number of lines", "how many lines", "non-empty lines"),
)
def line_count(text: str) -> int:
    """Number of lines that hold more than white space.

    Reads ``text``, writes ``line_count``.
    """
    return sum(1 for line in text.splitlines() if line.strip())


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "A title\n\nIts text\nin two lines"}, {"text": "one block\nof text"}],
        becomes=[
            {"text": "A title\n\nIts text\nin two lines", "paragraph_count": 2},
            {"text": "one block\nof text", "paragraph_count": 1},
        ],
    ),
    use_for=("keep texts with several paragraphs", "find documents that lost their structure"),
    not_for=("texts whose paragraphs are single lines; use line_count",),
    aliases=("number of paragraphs", "blocks of text", "how many paragraphs"),
)
def paragraph_count(text: str) -> int:
    """Number of paragraphs: blocks of lines that are set apart by blank lines.

    Reads ``text``, writes ``paragraph_count``.
    """
    return sum(filled for filled, _ in groupby(bool(line.strip()) for line in text.splitlines()))
