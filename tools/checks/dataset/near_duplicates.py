"""No two texts are nearly the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated

from pydantic import Field

from ....operator_library.text.similarity import similar_pairs
from ..measurability import obstacle
from ..memory_output import MemoryOutput, output_of
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..values import text_or_none
from ..view import Output, Rows
from ..wording import counted, number

_SHOWN = 10
_MOST_WORDS = 2_000


class NearDuplicatesParams(CheckParams):
    """The column, the similarity from which on two texts count as nearly the same, and the words per n-gram."""

    column: str
    threshold: Annotated[float, Field(gt=0, le=1)] = 0.8
    ngram: Annotated[int, Field(ge=1, le=100)] = 3


class NearDuplicatesCheck(CheckTemplate[NearDuplicatesParams]):
    """No pair of texts has a Jaccard similarity of word n-grams of the threshold or more; exact, over all pairs."""

    name = "near_duplicates"
    summary = "No two texts are nearly the same."
    Params = NearDuplicatesParams

    def describe(self, params: NearDuplicatesParams) -> str:
        measure = f"Jaccard similarity of word {params.ngram}-grams of {number(params.threshold)} or more"
        return f"No two rows have nearly the same `{params.column}` ({measure})."

    def measure(self, output: Output, params: NearDuplicatesParams) -> Measurement:
        hindered = obstacle(output, [params.column])
        if hindered is not None:
            return hindered
        texts = _texts(output.rows, params.column)
        pairs = list(islice(similar_pairs(texts, threshold=params.threshold, ngram=params.ngram), _SHOWN))
        rows = counted(output.rows.num_rows, "row")
        if not pairs:
            return Measurement("passed", f"0 pairs of {rows} reach a similarity of {number(params.threshold)}")
        failing = [f"rows {one + 1:,} and {two + 1:,}: similarity {share:.3f}" for one, two, share in pairs]
        many = "at least " if len(pairs) == _SHOWN else ""
        found = counted(len(pairs), "pair")
        return Measurement(
            "failed", f"{many}{found} of {rows} at {number(params.threshold)} or more; e.g. {failing[0]}", failing
        )

    def conforming(self, params: NearDuplicatesParams) -> MemoryOutput:
        return output_of({params.column: _distinct_texts(params)})

    def mutants(self, params: NearDuplicatesParams) -> Iterator[Output]:
        texts = _distinct_texts(params)
        yield output_of({params.column: [*texts, texts[0]]})
        yield output_of({params.column: [texts[0], *texts]})
        yield MemoryOutput({"train": {params.column: texts}, "test": {params.column: texts[1:2]}})
        yield output_of({params.column: [*texts, f"  {texts[0].upper()}\n"]})
        near = _near(params)
        if near is not None:
            yield output_of({params.column: [*texts, *near]})

    def columns(self, params: NearDuplicatesParams) -> Sequence[str]:
        return (params.column,)

    def remedies(self, params: NearDuplicatesParams, means: Means) -> Sequence[Remedy]:
        settings = {"threshold": params.threshold, "ngram": params.ngram}
        return () if means == "edit" else (Remedy("near_duplicates", settings, {"text": params.column}),)


def _texts(rows: Rows, column: str) -> Iterator[list[str | None]]:
    for batch in rows.batches([column]):
        yield [text_or_none(value) for value in batch.column(0).to_pylist()]


def _distinct_texts(params: NearDuplicatesParams) -> list[str]:
    return [" ".join(f"{name}{place}" for place in range(params.ngram + 9)) for name in ("apple", "birch", "cedar")]


def _near(params: NearDuplicatesParams) -> tuple[str, str] | None:
    """Two texts that differ in their last word and are just similar enough; ``None`` when they would be too long."""
    if params.threshold == 1:
        return None
    # Of n n-grams each, n - 1 are shared and n + 1 are different ones.
    grams = math.ceil((1 + params.threshold) / (1 - params.threshold)) + 1
    words = [f"word{place}" for place in range(grams + params.ngram - 1)]
    return (" ".join(words), " ".join([*words[:-1], "end"])) if len(words) <= _MOST_WORDS else None
