"""Recall, rank and abstention of the operator index over needs in people's words."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Literal

from ... import operator_library
from ...engine.registry import Registry
from ...memory.operator_index.index import OperatorIndex, Search
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
        outcomes = [o for o in (self.served if served else self.unserved) if o.need.split == split]
        outcomes = [o for o in outcomes if o.need.language == "en"]
        return Proportion(sum(o.search.nothing_fits for o in outcomes), len(outcomes))

    def text(self) -> str:
        """Return the report as lines of text."""
        lines = [f"{self.operators} operators, index built in {self.build_seconds:.2f} s, "]
        lines[0] += f"one search {self.search_seconds * 1000:.1f} ms (median)"
        for language, is_language in (("English", True), ("other languages", False)):
            for split in ("tune", "held_out"):
                lines += self._group(f"{language}, {split}", split, is_language)
        lines += ["", "said that nothing fits"]
        for split in ("tune", "held_out"):
            lines.append(f"  {split:9} nothing serves it (should)    {self.abstained(False, split)}")
            lines.append(f"  {split:9} something does (should not)   {self.abstained(True, split)}")
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
        search_seconds = median(_seconds(index, outcome.need) for outcome in served)
        index.close()
    return Report(served, unserved, len(registry), build_seconds, search_seconds)


def read_needs(name: str) -> list[Need]:
    """Return the needs of a file beside this one."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [Need(**{**fields, "accept": tuple(fields["accept"])}) for fields in map(json.loads, lines)]


def _outcome(index: OperatorIndex, need: Need, depth: int) -> Outcome:
    search = index.search(need.need, k=depth)
    ranks = (rank for rank, hit in enumerate(search.hits, start=1) if hit.name in need.accept)
    return Outcome(need, search, next(ranks, None))


def _seconds(index: OperatorIndex, need: Need) -> float:
    began = time.perf_counter()
    index.search(need.need)
    return time.perf_counter() - began
