"""Recall, rank and abstention of the operator index over needs in people's words."""

from __future__ import annotations

import json
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Literal

from ... import operator_library
from ...engine.context import EMBEDDING, LLM
from ...engine.registry import Registry
from ...memory.operator_index.index import NOTHING_FITS_BELOW, OperatorIndex, Search
from ..proportion import Proportion

_HERE = Path(__file__).parent
_DEPTH = 5


@dataclass(frozen=True)
class Need:
    """A need in a person's words and the operators that serve it: any of them will do, none when nothing serves."""

    need: str
    accept: tuple[str, ...]
    language: str
    split: Literal["tune", "held_out"]


@dataclass(frozen=True)
class Outcome:
    """What the index answered: ``rank`` of the first acceptable operator, from 1, or ``None``."""

    need: Need
    search: Search
    rank: int | None


@dataclass(frozen=True)
class Report:
    """All outcomes and the times, in seconds; ``text()`` is what a person reads."""

    served: Sequence[Outcome]
    unserved: Sequence[Outcome]
    without_model: Sequence[Outcome]
    """The served needs once more, searched for where there is no model."""
    only_models: frozenset[str]
    """The operators that ask a model."""
    operators: int
    build_seconds: float
    search_seconds: float

    def recall(self, at: int, chosen: Callable[[Need], bool]) -> Proportion:
        """Return how many of the chosen needs have an acceptable operator among the first ``at``."""
        ranks = [outcome.rank for outcome in self.served if chosen(outcome.need)]
        return Proportion(sum(rank is not None and rank <= at for rank in ranks), len(ranks))

    def reciprocal_rank(self, chosen: Callable[[Need], bool]) -> float:
        """Return the mean reciprocal rank over the chosen needs, over the whole ranking."""
        ranks = [outcome.rank for outcome in self.served if chosen(outcome.need)]
        return mean(1 / rank if rank else 0.0 for rank in ranks) if ranks else 0.0

    def abstained(self, served: bool, split: str) -> Proportion:
        """Return how often the index said that nothing fits: right for unserved needs, wrong for served English ones."""
        return _abstained(self.served if served else self.unserved, split)

    def abstained_without_model(self, split: str, *, served: bool) -> Proportion:
        """Return how often the index said that nothing fits where there is no model, and another operator serves or none."""
        outcomes = [o for o in self.without_model if served is not self.only_models.issuperset(o.need.accept)]
        return _abstained(outcomes, split)

    def calibrated(self) -> float:
        """Return the threshold at which the shares of both mistakes are smallest together on the needs to tune with.

        It lies midway between the scores around it; this is the cut of Youden 1950.
        """
        served, unserved = (sorted(_best_scores(outcomes)) for outcomes in (self.served, self.unserved))
        scores = sorted({0.0, 1.0, *served, *unserved})
        cuts = [(low + high) / 2 for low, high in pairwise(scores)]
        return min(cuts, key=lambda cut: bisect(served, cut) / len(served) - bisect(unserved, cut) / len(unserved))

    def text(self) -> str:
        """Return the report as lines of text."""
        lines = [f"{self.operators} operators, index built in {self.build_seconds:.2f} s, "]
        lines[0] += f"one search {self.search_seconds * 1000:.1f} ms (median)"
        for language, is_language in (("English", True), ("other languages", False)):
            for split in ("tune", "held_out"):
                lines += self._group(f"{language}, {split}", split, is_language)
        lines += ["", f"said that nothing fits, below {NOTHING_FITS_BELOW}; calibrated now: {self.calibrated():.3f}"]
        for split in ("tune", "held_out"):
            lines.append(f"  {split:9} nothing serves it (should)    {self.abstained(False, split)}")
            lines.append(f"  {split:9} something does (should not)   {self.abstained(True, split)}")
        lines += ["", "said that nothing fits, without a model"]
        for split in ("tune", "held_out"):
            needless, needed = (self.abstained_without_model(split, served=served) for served in (True, False))
            lines.append(f"  {split:9} only a model does (should)    {needed}")
            lines.append(f"  {split:9} something does (should not)   {needless}")
        return "\n".join(lines)

    def _group(self, title: str, split: str, english: bool) -> list[str]:
        def chosen(need: Need) -> bool:
            return need.split == split and (need.language == "en") == english

        return [
            "",
            title,
            f"  recall@1  {self.recall(1, chosen)}",
            f"  recall@{_DEPTH}  {self.recall(_DEPTH, chosen)}",
            f"  MRR       {self.reciprocal_rank(chosen):.3f}",
        ]


def measure() -> Report:
    """Build a new index over the operator library and search it for every need."""
    registry = Registry()
    registry.add_package(operator_library)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        index = OperatorIndex.open(Path(folder), registry)
        build_seconds = time.perf_counter() - began
        served = [_outcome(index, need, len(registry)) for need in read_needs("needs.jsonl")]
        unserved = [_outcome(index, need, len(registry)) for need in read_needs("unserved.jsonl")]
        without_model = [_outcome(index, outcome.need, len(registry), needs_available=()) for outcome in served]
        search_seconds = median(_seconds(index, outcome.need) for outcome in served)
        index.close()
    models = frozenset(operator.name for operator in registry if {LLM, EMBEDDING}.intersection(operator.needs))
    return Report(served, unserved, without_model, models, len(registry), build_seconds, search_seconds)


def read_needs(name: str) -> list[Need]:
    """Return the needs of a file beside this one."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [Need(**{**fields, "accept": tuple(fields["accept"])}) for fields in map(json.loads, lines)]


def _best_scores(outcomes: Sequence[Outcome]) -> list[float]:
    tune = [o for o in outcomes if o.need.split == "tune" and o.need.language == "en"]
    return [o.search.hits[0].score for o in tune]


def _abstained(outcomes: Sequence[Outcome], split: str) -> Proportion:
    said = [o.search.nothing_fits for o in outcomes if o.need.split == split and o.need.language == "en"]
    return Proportion(sum(said), len(said))


def _outcome(index: OperatorIndex, need: Need, depth: int, needs_available: Sequence[str] | None = None) -> Outcome:
    search = index.search(need.need, k=depth, needs_available=needs_available)
    ranks = (rank for rank, hit in enumerate(search.hits, start=1) if hit.name in need.accept)
    return Outcome(need, search, next(ranks, None))


def _seconds(index: OperatorIndex, need: Need) -> float:
    began = time.perf_counter()
    index.search(need.need)
    return time.perf_counter() - began
