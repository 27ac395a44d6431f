"""Recording: pieces become criteria with quotes, questions, assumptions, and what is not understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....engine.errors import UserError
from ....tools.contract.model import Ambiguity, Criterion, Reading, Span, Uncovered
from ....tools.contract.subject import Subject
from .all_columns import with_columns_named
from .columns import ColumnNames
from .demands import Demand, demand
from .facts import ROW, TEXT, NotUnderstoodError
from .found import Found
from .lexicon import Lexicon
from .lines import Piece
from .whole_rows import with_rows_compared

MOST_OPTIONS = 4


class Recorder:
    """Collects the pieces of one spec, in order, into a ``Reading``."""

    def __init__(
        self, spec: str, subject: Subject, columns: ColumnNames, lexicon: Lexicon, answers: Mapping[str, int]
    ) -> None:
        self._spec, self._subject, self._columns, self._lexicon, self._answers = (
            spec,
            subject,
            columns,
            lexicon,
            answers,
        )
        self._found: list[Found] = []
        self._uncovered: list[Uncovered] = []
        self._titles: list[tuple[tuple[str, ...], Uncovered]] = []
        self._summaries: list[Uncovered] = []
        self._ambiguities: list[Ambiguity] = []
        self._settled: set[str | None] = set()
        """Questions that a figure elsewhere in the spec has answered."""
        self._text: str | None = None

    def record(self, piece: Piece) -> None:
        """Add a piece: all of its demands, or none of them and the reason."""
        span = self._span(piece.start, piece.end)
        if piece.why is not None:
            self._leave_open(piece, Uncovered(span=span, why=piece.why))
            return
        self._note_types(piece)
        try:
            demands = [demand(fact, self._columns, self._lexicon) for fact in piece.facts]
        except NotUnderstoodError as reason:
            self._uncovered.append(Uncovered(span=span, why=reason.why))
            return
        for made in demands:
            self._add(made, span)

    def _note_types(self, piece: Piece) -> None:
        """*An integer between 1 and 5* bounds numbers, also where the input writes them as text."""
        for fact in piece.facts:
            column = fact.params.get("column") or fact.column
            if fact.check == "value_type" and fact.holds and fact.share is None and isinstance(column, str):
                kind = fact.params["type"]
                if kind in ("integer", "number"):
                    self._columns.retyped[column] = kind

    def reading(self) -> Reading:
        """Return everything that was recorded."""
        uncovered = [*self._uncovered, *(title for codes, title in self._titles if not self._is_asked_for(codes))]
        if not self._found:
            uncovered += self._summaries
        named, contradicted = with_columns_named(self._found, self._subject, self._columns)
        named = with_rows_compared(named, self._subject, self._columns)
        uncovered += contradicted
        criteria = [
            Criterion(id=f"c{number}", span=found.span, check=found.check, params=dict(found.params), means=found.means)
            for number, found in enumerate(named, start=1)
        ]
        return Reading(
            criteria=criteria,
            uncovered=sorted(uncovered, key=lambda piece: piece.span.start),
            ambiguities=[question for question in self._ambiguities if question.id not in self._settled],
            assumptions=list(dict.fromkeys(note for found in named for note in found.notes)),
        )

    def _add(self, made: Demand, span: Span) -> None:
        presumed, question = made.presumed, None
        if made.question is not None:
            question = f"a{len(self._ambiguities) + 1}"
            made = made.options[self._ask(span, made.question, [label for label, _ in made.options])][1]
        params = self._with_text(made.params, span)
        self._place(Found(span, made.check, params, made.means, made.notes, presumed, question))

    def _place(self, new: Found) -> None:
        """Add a demand, unless it is known; a figure takes the place of the one that was presumed."""
        if any(known.settles(new) for known in self._found):
            self._settled.add(new.question)
            return
        open_ones = [known for known in self._found if new.settles(known)]
        for known in open_ones:
            self._settled.add(known.question)
            new = new.in_place_of(known, self._spec)
        place = self._found.index(open_ones[0]) if open_ones else len(self._found)
        self._found = [known for known in self._found if known not in open_ones]
        if not any(known.same(new) for known in self._found):
            self._found.insert(place, new)

    def _ask(self, span: Span, question: str, labels: list[str]) -> int:
        """Put a question and return the index of its answer, the first option until somebody answered."""
        name = f"a{len(self._ambiguities) + 1}"
        chosen = self._answers.get(name, 0)
        if not 0 <= chosen < len(labels):
            raise UserError(
                f"Question `{name}` has no answer number {chosen}.", fix=f"Its answers are 0 to {len(labels) - 1}."
            )
        self._ambiguities.append(Ambiguity(id=name, span=span, question=question, options=labels, assumed=chosen))
        return chosen

    def _with_text(self, params: Mapping[str, Any], span: Span) -> dict[str, Any]:
        return {name: self._filled(value, span) for name, value in params.items()}

    def _filled(self, value: Any, span: Span) -> Any:
        if value == TEXT or (value == ROW and self._columns.text is not None):
            return self._main_text(span)
        if isinstance(value, list):
            return [self._filled(item, span) for item in value]
        return self._with_text(value, span) if isinstance(value, dict) else value

    def _main_text(self, span: Span) -> str:
        """Return the column that "the text" means; asks when several could be meant and nobody told."""
        if self._text is None:
            self._text = self._columns.final(self._columns.text or self._choose_text(span))
        return self._text

    def _choose_text(self, span: Span) -> str:
        names = list(self._subject.text_candidates) or self._texts()
        if not names:
            raise UserError(
                "The spec speaks of texts, and the input has no text column.", fix="Name the column that is meant."
            )
        if len(names) == 1:
            return names[0]
        options = names[:MOST_OPTIONS]
        return options[self._ask(span, "Which column is the text?", [f"`{name}`" for name in options])]

    def _texts(self) -> list[str]:
        """The columns that hold text, but for those that only tell rows apart, if that leaves any."""
        names = [name for name, kind in self._subject.columns.items() if kind in ("text", "any")]
        return [name for name in names if name not in self._subject.identifiers] or names

    def _leave_open(self, piece: Piece, uncovered: Uncovered) -> None:
        if piece.title_of:
            self._titles.append((piece.title_of, uncovered))
        else:
            (self._summaries if piece.summary else self._uncovered).append(uncovered)

    def _is_asked_for(self, codes: tuple[str, ...]) -> bool:
        """Say whether the spec itself asks for just these languages, so that its title only repeats it."""
        asked = [made.params["params"] for made in self._found if made.params.get("rule") == "language"]
        return any(set(params.get("any_of", ())) == set(codes) for params in asked)

    def _span(self, start: int, end: int) -> Span:
        return Span(quote=self._spec[start:end], start=start, end=end)
