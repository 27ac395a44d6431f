"""The n-gram model against Witten and Bell's formula written out, and what it tells apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import Artifact
from corpusmith.engine.reading import source_of_rows
from corpusmith.operator_library.text.ngram_model import NgramModel, fit
from corpusmith.operator_library.text.perplexity import FitNgramModel, FitNgramModelParams, ngram_perplexity

REFERENCE = ["the cat sat on the mat", "the dog sat on the rug", "", "a cat and a dog"]


def model_of(texts: Sequence[str], folder: Path, unit: str = "word", order: int = 2, min_count: int = 1) -> NgramModel:
    folder.mkdir(parents=True)
    fit(texts, unit, order, min_count, folder)  # type: ignore[arg-type]
    return NgramModel(folder)


def padded(text: str, unit: str, order: int) -> list[str]:
    return ["<s>"] * (order - 1) + (text.split() if unit == "word" else list(text)) + ["</s>"]


def written_out(texts: Sequence[str], text: str, unit: str, order: int, min_count: int) -> float:
    """The perplexity by the formula, n-gram by n-gram."""
    counts: Counter[tuple[str, ...]] = Counter()
    for known in texts:
        tokens = padded(known, unit, order)
        for end in range(order - 1, len(tokens)):
            counts.update(tuple(tokens[end - k + 1 : end + 1]) for k in range(1, order + 1))
    counts = Counter({gram: n for gram, n in counts.items() if len(gram) == 1 or n >= min_count})
    vocabulary = sum(1 for gram in counts if len(gram) == 1)

    def likely(gram: tuple[str, ...]) -> float:
        shorter = likely(gram[1:]) if len(gram) > 1 else 1 / (vocabulary + 1)
        after = {other: n for other, n in counts.items() if len(other) == len(gram) and other[:-1] == gram[:-1]}
        total, types = sum(after.values()), len(after)
        return (counts[gram] + types * shorter) / (total + types) if total else shorter

    tokens = padded(text, unit, order)
    ends = range(order - 1, len(tokens))
    return math.exp(-sum(math.log(likely(tuple(tokens[end - order + 1 : end + 1]))) for end in ends) / len(ends))


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(
    texts=st.lists(WORDS, min_size=1, max_size=5),
    text=WORDS.filter(bool),
    unit=st.sampled_from(["word", "character"]),
    order=st.integers(1, 4),
    min_count=st.integers(1, 2),
)
def test_the_perplexity_is_that_of_the_formula(
    texts: list[str], text: str, unit: str, order: int, min_count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    model = model_of(texts, tmp_path_factory.mktemp("model") / "m", unit, order, min_count)
    assert model.perplexity(text) == pytest.approx(written_out(texts, text, unit, order, min_count), abs=1e-3)


def test_a_text_like_the_reference_is_less_perplexing_than_gibberish(tmp_path: Path) -> None:
    for unit in ("word", "character"):
        model = model_of(REFERENCE, tmp_path / unit, unit, 3)
        like, unlike = model.perplexity("the cat sat on the rug"), model.perplexity("zxq vbn rtp wqa")
        assert like is not None
        assert unlike is not None
        assert like < unlike / 3


def test_a_text_without_tokens_has_no_perplexity(tmp_path: Path) -> None:
    model = model_of(REFERENCE, tmp_path / "words")
    assert [model.perplexity(text) for text in ("", "  ", "!?")] == [None] * 3
    assert model_of(REFERENCE, tmp_path / "characters", "character").perplexity("!?") is not None


def test_the_same_rows_give_the_same_bytes_in_any_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_of(REFERENCE, tmp_path / "a", order=3)
    monkeypatch.setattr("corpusmith.operator_library.text.ngram_model._WAITING", 1)
    model_of(REFERENCE, tmp_path / "b", order=3)
    written = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab"]
    assert written[0] == written[1]


def test_rare_ngrams_are_forgotten_and_single_tokens_are_not(tmp_path: Path) -> None:
    sizes = []
    for least in (1, 2, 99):
        model_of(REFERENCE, tmp_path / str(least), order=3, min_count=least)
        sizes.append(sum(path.stat().st_size for path in (tmp_path / str(least)).iterdir()))
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert NgramModel(tmp_path / "99").perplexity("the cat") is not None


def test_a_table_without_text_is_an_error_that_says_so(tmp_path: Path) -> None:
    class Empty:
        schema = source_of_rows([{"text": "x"}]).schema
        num_rows = 1

        def batches(self, columns: Sequence[str] | None = None) -> list[object]:
            return [pa.RecordBatch.from_pydict({"text": pa.array([None], pa.string())})]

    with pytest.raises(UserError, match="no text to fit an n-gram model on"):
        FitNgramModel(FitNgramModelParams()).fit(Empty(), tmp_path, Context())  # type: ignore[arg-type]


def test_the_measure_reads_the_model_of_its_artifact(tmp_path: Path) -> None:
    model = model_of(REFERENCE, tmp_path / "m")
    artifact = Artifact(tmp_path / "m", "some fingerprint")
    assert ngram_perplexity("the cat sat", model=artifact) == model.perplexity("the cat sat")
