from __future__ import annotations

import ast
import inspect
import pkgutil
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.similarity import keep_first, resembling, similar_pairs
from corpusmith.operator_library.text.word_grams import words_of

texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f.", "G", "...", "\n"]), max_size=9).map(" ".join)
corpora = st.lists(texts | st.none(), max_size=14)
thresholds = st.sampled_from([0.1, 1 / 3, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9, 1.0]) | st.floats(0.01, 1)


def _grams(text: str | None, ngram: int) -> set[tuple[str, ...]]:
    words = words_of(text or "")
    length = min(ngram, len(words))
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)} if words else set()


def _all_pairs(corpus: list[str | None], threshold: float, ngram: int) -> dict[tuple[int, int], float]:
    sets = [_grams(text, ngram) for text in corpus]
    pairs = {}
    for i, j in combinations(range(len(sets)), 2):
        similarity = len(sets[i] & sets[j]) / len(sets[i] | sets[j]) if sets[i] and sets[j] else 0.0
        if similarity >= threshold:
            pairs[i, j] = similarity
    return pairs


def _greedy(corpus: list[str | None], threshold: float, ngram: int) -> dict[int, int]:
    pairs, dropped = _all_pairs(corpus, threshold, ngram), dict[int, int]()
    for second in range(len(corpus)):
        kept = (first for first in range(second) if first not in dropped and (first, second) in pairs)
        first = next(kept, None)
        if first is not None:
            dropped[second] = first
    return dropped


@given(corpora, thresholds, st.integers(1, 4))
def test_the_pairs_are_those_of_comparing_all_with_all(corpus: list[str | None], threshold: float, ngram: int) -> None:
    found = list(similar_pairs([corpus], threshold=threshold, ngram=ngram))
    assert {(first, second): similarity for first, second, similarity in found} == _all_pairs(corpus, threshold, ngram)
    assert len(found) == len({(first, second) for first, second, _ in found})


@given(corpora, thresholds, st.integers(1, 4))
def test_what_is_dropped_resembles_the_first_kept_text(corpus: list[str | None], threshold: float, ngram: int) -> None:
    assert keep_first([corpus], threshold=threshold, ngram=ngram) == _greedy(corpus, threshold, ngram)


@given(corpora, st.integers(0, 14))
def test_batches_do_not_change_the_result(corpus: list[str | None], cut: int) -> None:
    whole = keep_first([corpus], threshold=0.6, ngram=2)
    assert keep_first([corpus[:cut], [], corpus[cut:]], threshold=0.6, ngram=2) == whole


def test_pairs_come_lazily() -> None:
    pairs = similar_pairs([["the same text"] * 100_000], threshold=0.8, ngram=3)
    assert next(pairs) == (0, 1, 1.0)
    pairs.close()


def test_many_equal_texts_all_resemble_the_first() -> None:
    corpus = ["one of many equal texts", None, *["one of many equal texts"] * 20_000]
    assert keep_first([corpus], threshold=0.8, ngram=3) == dict.fromkeys(range(2, 20_002), 0)


def test_many_variants_of_one_text_all_resemble_the_first() -> None:
    words = [f"word{place}" for place in range(100)]
    corpus = [" ".join([*words[:50], f"variant{number}", *words[50:]]) for number in range(2_000)]
    assert keep_first([corpus], threshold=0.8, ngram=3) == dict.fromkeys(range(1, 2_000), 0)


def test_words_are_compared_without_case_and_punctuation_and_cjk_by_character() -> None:
    assert words_of('The "quick", don\'t __stop__! 3.5') == ["the", "quick", "don't", "stop", "3.5"]
    assert words_of("日本語 text") == ["日", "本", "語", "text"]


def _docstrings() -> list[str]:
    """The docstrings of the standard library, read from its source."""
    texts: list[str] = []
    for name in ("asyncio", "email", "json", "logging", "http", "unittest", "xml", "concurrent", "multiprocessing"):
        spec = find_spec(name)
        assert spec is not None
        assert spec.submodule_search_locations is not None
        for info in pkgutil.iter_modules(list(spec.submodule_search_locations)):
            path = Path(spec.submodule_search_locations[0]) / f"{info.name}.py"
            tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
            nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
            texts += [inspect.cleandoc(text) for text in map(ast.get_docstring, nodes) if text]
    return texts


@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_real_texts_give_what_comparing_all_with_all_gives(threshold: float) -> None:
    corpus: list[str | None] = [*_docstrings()]
    assert len(corpus) > 1_000
    pairs = {(first, second) for first, second, _ in similar_pairs([corpus], threshold=threshold, ngram=3)}
    sets = [_grams(text, 3) for text in corpus]
    by_gram: dict[tuple[str, ...], list[int]] = {}
    expected: set[tuple[int, int]] = set()
    for second, grams in enumerate(sets):
        for first in {other for gram in grams for other in by_gram.get(gram, ())}:
            if len(sets[first] & grams) >= threshold * len(sets[first] | grams):
                expected.add((first, second))
        for gram in grams:
            by_gram.setdefault(gram, []).append(second)
    assert pairs == expected
    assert expected


@given(corpora, thresholds, st.integers(1, 4), st.data())
def test_what_resembles_some_texts_is_what_comparing_with_each_says(
    corpus: list[str | None], threshold: float, ngram: int, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.booleans(), min_size=len(corpus), max_size=len(corpus)))
    more = [flag or data.draw(st.booleans()) for flag in some]
    pairs = _all_pairs(corpus, threshold, ngram)
    with resembling([corpus], threshold=threshold, ngram=ngram) as similar_to:
        for flags in (some, more):
            expected = {at for at, text in enumerate(corpus) if flags[at] and words_of(text or "")}
            expected |= {j for i, j in pairs if flags[i]} | {i for i, j in pairs if flags[j]}
            assert set(np.flatnonzero(similar_to(np.array(flags, np.bool_))).tolist()) == expected
