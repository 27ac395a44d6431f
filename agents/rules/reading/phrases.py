"""The phrase tables: how people ask for each check. They stand as YAML beside the checks.

A table names its ``rule`` (or ``check``, for checks of the whole output) and lists phrases::

    rule: length
    phrases:
      - shape: adjective            # how the phrase stands in a sentence, see ``Shape``
        say: ["{size}"]             # the ways to say it, in the language of ``patterns.py``
        params: {"*": $size}        # the check's parameters: ``$slot`` is what the slot holds, ``*`` spreads it

Optional: ``holds: false`` (the words state the opposite of the check), ``over: column`` (only for a column that is named),
``means`` (drop or edit), ``assume`` (a sentence for the report), ``ask`` (a question with options, the first is assumed),
``presumed: true`` (the figure is ours; one that the spec gives elsewhere takes its place), ``removed`` (parameters that are
added where the thing is to be removed, rather than masked or not to be there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict

from ....tools import checks
from ....tools.checks.template import Means
from .facts import ROW, TEXT, Choice, Fact, Over
from .lexicon import load_lexicon
from .patterns import Bindings, Element, compile_pattern, first_words, match
from .scan import Scan
from .slots.bounds import Bound

Shape: TypeAlias = Literal["adjective", "noun", "verb", "property", "thing", "fixable", "flaw", "amount", "demand"]
"""How a phrase stands in a sentence.

* ``adjective``: after *is*, after or before a noun, alone: "in English", "shorter than 50 words", "empty";
* ``noun``: after *has*, *with*, alone: "a minimum length of 50 words";
* ``verb``: after *that*, *must*, *does not*: "match `x`", "mention "foo"";
* ``property``: a measure with its value, after *whose*: "language is German";
* ``thing``: something in the text, to be taken out or not to be there: "URLs", "e-mail addresses";
* ``fixable``: something in the text to be put right: "whitespace", "encoding";
* ``flaw``: rows that should not be there: "duplicates";
* ``amount``: a number of rows: "at least 500 documents";
* ``demand``: all that is asked, action included: "sort by `year`".
"""


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str
    params: dict[str, Any] = {}


class _Ask(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str
    options: list[_Option]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    shape: Shape | list[Shape]
    say: list[str]
    params: dict[str, Any] = {}
    holds: bool = True
    over: Over | None = None
    means: Means | None = None
    comparing: bool = False
    assume: str | None = None
    ask: _Ask | None = None
    presumed: bool = False
    removed: dict[str, Any] = {}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rule: str | None = None
    check: str | None = None
    phrases: list[_Row]


@dataclass(frozen=True)
class Phrase:
    """One way to say something."""

    elements: tuple[Element, ...]
    firsts: frozenset[str] | None
    check: str
    rule: bool
    row: _Row

    def facts(self, scan: Scan, at: int) -> Iterator[tuple[int, Fact]]:
        """Yield every reading of the phrase at a position: where it ends and what it says."""
        if self.firsts is not None and scan.word(at) not in self.firsts:
            return
        for end, bound in match(self.elements, scan, at):
            yield end, self._fact(bound)

    def _fact(self, bound: Bindings) -> Fact:
        comparing = self.row.comparing or any(isinstance(value, Bound) and value.comparing for value in bound.values())
        return Fact(
            check=self.check,
            rule=self.rule,
            params=_filled(self.row.params, bound),
            holds=self.row.holds,
            over=self.row.over or ("text" if self.rule else "dataset"),
            means=self.row.means,
            comparing=comparing,
            notes=(self.row.assume,) if self.row.assume else (),
            choice=_choice(self.row.ask, bound),
            presumed=self.row.presumed,
            removed=self.row.removed,
        )


def _choice(ask: _Ask | None, bound: Bindings) -> Choice | None:
    if ask is None:
        return None
    return Choice(ask.question, tuple((option.label, _filled(option.params, bound)) for option in ask.options))


_LEFT_OUT = object()
"""The value of a slot in an optional part of a phrase that was not there: the parameter is left out."""


def _filled(params: Mapping[str, Any], bound: Bindings) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, value in params.items():
        given = _value(value, bound)
        if given is _LEFT_OUT:
            continue
        if name == "*":
            filled |= given.params() if isinstance(given, Bound) else given
        else:
            filled[name] = given
    return filled


def _value(value: Any, bound: Bindings) -> Any:
    if isinstance(value, list):
        return [_value(item, bound) for item in value]
    if not isinstance(value, str) or not value.startswith("$") or value in (TEXT, ROW):
        return value
    name, _, part = value[1:].partition(".")
    if name not in bound:
        return _LEFT_OUT
    return getattr(bound[name], part) if part else bound[name]


@cache
def load_phrases() -> Mapping[Shape, list[Phrase]]:
    """Return every phrase of the shipped tables by shape. Raises ``PatternError`` and ``ValidationError`` on a bad table."""
    lexicon = load_lexicon()
    phrases: dict[Shape, list[Phrase]] = {}
    for path in sorted(Path(checks.__file__).parent.glob("*/*.yaml")):
        table = _Table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for row in table.phrases:
            for text in row.say:
                elements = compile_pattern(text, lexicon)
                name = table.rule or table.check or path.stem
                made = Phrase(elements, first_words(elements, lexicon), name, table.rule is not None, row)
                for shape in row.shape if isinstance(row.shape, list) else [row.shape]:
                    phrases.setdefault(shape, []).append(made)
    return phrases


def longest(shape: Shape, scan: Scan, at: int, *, of_column: bool = False) -> tuple[int, Fact] | None:
    """Return the longest phrase of a shape at a position; among equals the first, and guesses at bare values last.

    Phrases that need a named column count only where one is (``of_column``).
    """
    key = (shape, at, of_column)
    if key not in scan.memory:
        best: tuple[bool, int, Fact] | None = None
        for phrase in load_phrases().get(shape, []):
            for end, fact in phrase.facts(scan, at):
                needs_column = fact.over == "column" and "column" not in fact.params
                if needs_column and not of_column:
                    continue
                sure = not fact.params.get("guarded", False)
                if best is None or (sure, end) > best[:2]:
                    best = sure, end, fact
        scan.memory[key] = None if best is None else (best[1], best[2])
    found: tuple[int, Fact] | None = scan.memory[key]
    return found
