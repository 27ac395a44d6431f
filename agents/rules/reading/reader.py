"""``read_spec``: a plain-English spec in, a ``Reading`` out, with no word left unaccounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ....engine.errors import UserError
from ....tools.contract.model import Reading
from ....tools.contract.subject import Subject
from .columns import ColumnNames
from .lexicon import load_lexicon
from .lines import LineReader
from .outline import Line, outline
from .record import Recorder
from .seeds import seeded

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
    columns = replace(columns, renamed=_renames(lines, LineReader(lexicon, columns)))
    reader = LineReader(lexicon, columns)
    recorder = Recorder(spec, subject, columns, lexicon, answers or {})
    pieces = [piece for line in lines for piece in reader.read(line)]
    for piece in seeded(pieces, spec, lexicon, columns):
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


def _renames(lines: list[Line], reader: LineReader) -> dict[str, str]:
    """Return the new names by the old ones, from a first reading of the lines that speak of names at all."""
    naming = [line for line in lines if any(token.text in reader.lexicon.words("naming") for token in line.tokens)]
    facts = [fact for line in naming for piece in reader.read(line) for fact in piece.facts if fact.check == "renamed"]
    names = {fact.params["old"]: fact.params["new"] for fact in facts if isinstance(fact.params["old"], str)}
    return {old: new for old, new in names.items() if new not in reader.columns.types or new in names}
