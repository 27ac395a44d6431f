"""How well an n-gram language model that was fitted on other rows foresees a text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ...engine.context import Context
from ...engine.declare import dataset_operator, operator
from ...engine.errors import UserError
from ...engine.operator import Artifact, Example, FitOperator, FittedBefore, Params, Table
from . import ngram_model
from .ngram_model import Unit, model_in

_REFERENCE = [{"text": "the cat sat on the mat"}, {"text": "the dog sat on the rug"}]


class FitNgramModelParams(Params):
    """What an n-gram is, and which are kept."""

    unit: Annotated[Unit, Field(description="What n-grams are made of: words or characters.")] = "word"
    order: Annotated[int, Field(ge=1, le=8, description="The longest n-gram, in words or characters.")] = 3
    min_count: Annotated[
        int,
        Field(
            ge=1, description="How often an n-gram of two or more must occur to be kept; more makes a smaller model."
        ),
    ] = 1


@dataset_operator(
    name="fit_ngram_model",
    kind="evaluate",
    phase="annotate",
    reads={"text": "text"},
    artifacts_out=("model",),
    example=Example(rows=_REFERENCE, becomes=_REFERENCE, params={"order": 2}),
    use_for=("learn what good text looks like from reference documents", "prepare ngram_perplexity"),
    not_for=("counting n-grams of one text",),
    aliases=("train a language model", "kenlm", "n-gram counts"),
)
class FitNgramModel(FitOperator):
    """Fit an n-gram language model on a text column; the rows pass unchanged.

    Reads ``text``, makes the artifact ``model``. Null is left out. Memory is 24 bytes for each distinct n-gram of each
    length up to ``order``. Raises ``UserError`` when there is no text at all.
    """

    Params = FitNgramModelParams

    def fit(self, rows: Table, folder: Path, context: Context) -> None:
        """Write the model into ``folder``."""
        params: FitNgramModelParams = self.params
        texts = _texts(rows)
        first = next(texts, None)
        if first is None:
            raise UserError(
                "There is no text to fit an n-gram model on.",
                fix="Give `fit_ngram_model` a table whose column has text.",
            )
        ngram_model.fit(_chained(first, texts), params.unit, params.order, params.min_count, folder)


def _texts(rows: Table) -> Iterator[str]:
    for batch in rows.batches(["text"]):
        yield from (text for text in batch.column(0).to_pylist() if text is not None)


def _chained(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "the cat sat on the rug"}, {"text": "stocks fell sharply"}],
        becomes=[
            {"text": "the cat sat on the rug", "ngram_perplexity": 2.2415},
            {"text": "stocks fell sharply", "ngram_perplexity": 24.2597},
        ],
        artifacts={"model": FittedBefore(operator="fit_ngram_model", rows=_REFERENCE, params={"order": 2})},
    ),
    use_for=(
        "drop text that does not read like the reference",
        "find gibberish, lists and markup left over from a crawl",
    ),
    not_for=("comparing texts across models of different units", "judging facts or style"),
    aliases=("language model score", "fluency", "ccnet perplexity", "kenlm perplexity"),
)
def ngram_perplexity(text: str, *, model: Artifact) -> float | None:
    """Perplexity of the text per token under a fitted n-gram model; lower is more like what the model was fitted on.

    Reads ``text`` and the artifact ``model`` of ``fit_ngram_model``, writes ``ngram_perplexity``; null for a text without
    tokens. The end of the text counts as a token. Filtering a crawl by perplexity is from CCNet (Wenzek et al., 2020).
    """
    return model_in(model.folder, model.fingerprint).perplexity(text)
