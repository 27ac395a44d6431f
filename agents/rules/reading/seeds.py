"""A seed in a sentence of its own, as in *Take 500 random rows. Use seed 7.*, goes to what is drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .columns import ColumnNames
from .facts import Fact
from .lexicon import Lexicon
from .lines import Piece
from .scan import Scan
from .slots import SLOTS
from .tokens import tokenize

_RANDOM = ("sample", "splits")


def seeded(pieces: Sequence[Piece], spec: str, lexicon: Lexicon, columns: ColumnNames) -> list[Piece]:
    """Return the pieces with the spec's one seed where something is drawn without one; else just as they are."""
    seeds = {place: _seed(piece, spec, lexicon, columns) for place, piece in enumerate(pieces) if piece.why is not None}
    found = {place: seed for place, seed in seeds.items() if seed is not None}
    drawn = [fact for piece in pieces for fact in piece.facts if fact.check in _RANDOM]
    if len(found) != 1 or not drawn or any("seed" in fact.params for fact in drawn):
        return list(pieces)
    place, seed = next(iter(found.items()))
    return [_with_seed(piece, seed) for at, piece in enumerate(pieces) if at != place]


def _seed(piece: Piece, spec: str, lexicon: Lexicon, columns: ColumnNames) -> int | None:
    scan = Scan(tokenize(spec, piece.start, piece.end), lexicon, columns)
    start = scan.skip("neutral", 0)
    return next(
        (int(seed) for end, seed in SLOTS["seeding"](scan, start) if scan.skip("neutral", end) == len(scan)), None
    )


def _with_seed(piece: Piece, seed: int) -> Piece:
    return replace(piece, facts=tuple(_drawn(fact, seed) for fact in piece.facts))


def _drawn(fact: Fact, seed: int) -> Fact:
    return replace(fact, params={**fact.params, "seed": seed}) if fact.check in _RANDOM else fact
