"""Whatever is added to a spec that was understood is either a criterion or named: nothing is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmith.agents.rules.reading.reader import read_spec
from corpusmith.tools.contract.subject import Subject

DOCUMENTS = Subject(
    columns={
        **dict.fromkeys(
            ("id", "text", "title", "question", "answer", "label", "kind", "source", "url", "author"), "text"
        ),
        **dict.fromkeys(("year", "rating"), "integer"),
        "score": "number",
    },
    text_column="text",
    rows=10_000,
)
TABLE = yaml.safe_load((Path(__file__).parent / "understood.yaml").read_text(encoding="utf-8"))
DEMANDING = [row["say"] for row in TABLE if row["want"] and "#" not in row["say"] and "Thanks" not in row["say"]]
"""Without headings, which may say anything, and without courtesies."""

strange = st.from_regex(r"[b-df-hj-np-tv-z][aeiou][zxqvkw]{1,2}[aeiou][zxqvkw][aeiou]b", fullmatch=True)
thought = st.sampled_from(
    ["interesting", "poetic", "well written", "up to date", "free of clichés", "politically neutral"]
)
matter = st.sampled_from(["toxic comments", "bad jokes", "off-topic passages", "low-quality answers", "advertisements"])
clause = st.one_of(
    st.builds("the documents must be {}".format, thought),
    st.builds("every answer should sound {}".format, thought),
    st.builds("remove {}".format, matter),
    st.builds("drop rows with {}".format, matter),
    st.builds("no {}".format, matter),
    st.builds("{0} the {1}".format, strange, strange),
    st.builds("make it {}".format, strange),
    st.builds("no more than 3 {} per page".format, strange),
    st.builds("translate everything to {}".format, st.sampled_from(["French", "English", "German"])),
    st.builds("keep at most 5 rows per {}".format, strange),
)
link = st.sampled_from([". ", "; ", ", and ", ", then ", " but ", "\n", "\n\n", "\n\n- ", ", "])


def joined(spec: str, how: str, added: str) -> tuple[str, int]:
    start = spec.rstrip(" .\n") + how
    return start + (added[:1].upper() + added[1:] if how.startswith((".", "\n")) else added), len(start)


@settings(max_examples=300, deadline=None)
@given(spec=st.sampled_from(DEMANDING), how=link, added=clause)
def test_a_clause_that_no_check_covers_is_named_wherever_it_is_added(spec: str, how: str, added: str) -> None:
    text, start = joined(spec, how, added)
    assert any(piece.span.end > start for piece in read_spec(text, DOCUMENTS).uncovered)


@settings(max_examples=200, deadline=None)
@given(spec=st.sampled_from(DEMANDING), word=strange, data=st.data())
def test_a_strange_word_put_anywhere_is_named(spec: str, word: str, data: st.DataObject) -> None:
    gaps = [index for index, char in enumerate(spec) if char == " " and not _inside_quotes(spec, index)]
    if not gaps:
        return
    gap = data.draw(st.sampled_from(gaps))
    text = f"{spec[:gap]} {word}{spec[gap:]}"
    named = read_spec(text, DOCUMENTS).uncovered
    assert any(piece.span.start <= gap + 1 < piece.span.end for piece in named) or _is_a_name(text, word)


@settings(max_examples=200, deadline=None)
@given(spec=st.text(max_size=400))
def test_any_text_at_all_is_read_without_a_crash(spec: str) -> None:
    if spec.strip():
        reading = read_spec(spec, DOCUMENTS)
        assert all(spec[piece.span.start : piece.span.end] == piece.span.quote for piece in reading.uncovered)


def _inside_quotes(spec: str, index: int) -> bool:
    return any(spec[:index].count(mark) % 2 for mark in ('"', "`")) or "'" in spec


def _is_a_name(text: str, word: str) -> bool:
    """A strange word may be a value or a new column's name where the spec lists such."""
    named = (criterion.params for criterion in read_spec(text, DOCUMENTS).criteria)
    return any(word in str(params) for params in named)
