"""Dropping texts that nearly repeat an earlier one."""

from __future__ import annotations

from pydantic import Field

from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import Example, Params, Selection, SelectionOperator, Table
from .similarity import keep_first

REASON = "near_duplicate"


class NearDuplicatesParams(Params):
    """Parameters of ``near_duplicates``."""

    threshold: float = Field(default=0.8, gt=0, le=1, description="Similarity from which a text counts as the same.")
    ngram: int = Field(default=3, ge=1, description="How many words in a row make one n-gram.")


@dataset_operator(
    name="near_duplicates",
    kind="filter",
    phase="deduplicate",
    reads={"text": "text"},
    example=Example(
        rows=[
            {"text": "The quick brown fox jumps over the lazy dog."},
            {"text": "the quick brown fox jumps over the lazy dog"},
            {"text": "Something else entirely is written here."},
        ],
        becomes=[
            {"text": "The quick brown fox jumps over the lazy dog."},
            {"text": "Something else entirely is written here."},
        ],
        dropped=[REASON],
    ),
    use_for=("remove near duplicates", "fuzzy deduplication of documents", "drop texts that nearly repeat another"),
    not_for=("exact copies only; use exact_duplicates", "texts that say the same in other words"),
    aliases=("fuzzy dedup", "near-duplicate removal", "MinHash deduplication", "similar documents"),
)
class NearDuplicates(SelectionOperator):
    """Keeps the first of texts that are nearly the same, by the word n-grams that they share.

    Reads ``text``. Going through the rows in order, a row is dropped (reason ``near_duplicate``) when the Jaccard index
    of its set of word n-grams and that of an earlier kept row reaches the threshold. Words are lower-cased, without the
    punctuation around them; a text shorter than an n-gram is one gram; a text without words, or null, is kept. The
    result is exact, not approximate: prefix filtering after Bayardo, Ma and Srikant (WWW 2007) and Xiao et al.
    (WWW 2008).
    """

    Params = NearDuplicatesParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions of the near duplicates."""
        texts = (batch.column("text").to_pylist() for batch in rows.batches(["text"]))
        dropped = keep_first(texts, threshold=self.params.threshold, ngram=self.params.ngram)
        return Selection(drop=dict.fromkeys(dropped, REASON))
