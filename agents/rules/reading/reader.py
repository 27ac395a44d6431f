"""``read_spec``: a plain-English spec in, a ``Reading`` out, with no word left unaccounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ....engine.errors import UserError
from ....tools.contract.model import Reading
from ....tools.contract.subject import Subject
from .columns import ColumnNames
from .lexicon import load_lexicon
from .lines import LineReader, Piece
from .outline import outline
from .record import Recorder

LONGEST_SPEC = 200_000


def read_spec(spec: str, subject: Subject, answers: Mapping[str, int] | None = None) -> Reading:
    """Return every criterion that a spec asks for, with its quote, and every piece of it that was not understood.

    ``answers`` holds, by the id of an ambiguity of an earlier reading of the same spec, the index of the chosen option.
    Raises ``UserError`` for an empty spec, one of more than 200,000 characters, and one that names a column that the
    input does not have.
    """
    _refuse_unreadable(spec)
    lexicon = load_lexicon()
    columns = ColumnNames(subject.columns, subject.text_column, values=subject.values)
    lines = outline(spec, lexicon)
    renamed = _renames([piece for line in lines for piece in LineReader(lexicon, columns).read(line)])
    if renamed:
        columns = replace(columns, renamed=renamed)
    reader = LineReader(lexicon, columns)
    recorder = Recorder(spec, subject, columns, lexicon, answers or {})
    for line in lines:
        for piece in reader.read(line):
            recorder.record(piece)
    return recorder.reading()


def _refuse_unreadable(spec: str) -> None:
    if not spec.strip():
        raise UserError(
            "The spec is empty.", fix="Say what the data set must be like, such as: English only, no duplicates."
        )
    if len(spec) > LONGEST_SPEC:
        raise UserError(
            f"The spec has {len(spec):,} characters.",
            f"A spec is a page, not a data set; at most {LONGEST_SPEC:,} are read.",
            "Give the data with --data and the spec in a few sentences.",
        )


def _renames(pieces: list[Piece]) -> dict[str, str]:
    facts = [fact for piece in pieces for fact in piece.facts if fact.check == "renamed"]
    return {fact.params["old"]: fact.params["new"] for fact in facts if isinstance(fact.params["old"], str)}
