import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith import operator_library
from corpusmith.engine.registry import Registry
from corpusmith.evals.proportion import Proportion
from corpusmith.evals.retrieval.measure import Need, Report, measure, read_needs
from corpusmith.memory.operator_index.index import NOTHING_FITS_BELOW

ORDINARY_WORDS = {"to", "rows", "filter"}


@pytest.fixture(scope="module")
def report() -> Report:
    return measure()


def english(need: Need) -> bool:
    return need.language == "en"


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0)]
)
def test_the_interval_is_that_of_wilson(hits: int, n: int, low: float, high: float) -> None:
    assert Proportion(hits, n).interval() == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(hits_of_n: tuple[int, int]) -> None:
    hits, n = hits_of_n
    low, high = Proportion(hits, n).interval()

    assert 0.0 <= low <= hits / n + 1e-9
    assert hits / n - 1e-9 <= high <= 1.0


def test_every_acceptable_operator_exists() -> None:
    registry = Registry()
    registry.add_package(operator_library)

    assert [name for need in read_needs("needs.jsonl") for name in need.accept if name not in registry] == []


def test_no_need_uses_the_words_of_the_operator_that_serves_it() -> None:
    told = [
        (need.need, name)
        for need in read_needs("needs.jsonl")
        for name in need.accept
        if set(re.findall(r"\w+", need.need.lower())) & (set(name.split("_")) - ORDINARY_WORDS)
    ]

    assert told == []


@pytest.mark.parametrize(("file", "least"), [("needs.jsonl", 160), ("unserved.jsonl", 60)])
def test_needs_are_many_different_and_halved(file: str, least: int) -> None:
    needs = read_needs(file)
    halves = Counter(need.split for need in needs)

    assert len({need.need for need in needs}) == len(needs) >= least
    assert abs(halves["tune"] - halves["held_out"]) <= 1
    assert all(bool(need.accept) == (file == "needs.jsonl") for need in needs)


def test_the_index_finds_most_operators(report: Report) -> None:
    assert report.recall(1, english).hits / report.recall(1, english).n >= 0.65
    assert report.recall(5, english).hits / report.recall(5, english).n >= 0.85
    assert report.recall(1, english).hits <= report.recall(5, english).hits
    assert 0.72 <= report.reciprocal_rank(english) <= 1.0


def test_the_index_says_when_nothing_fits_and_rarely_otherwise(report: Report) -> None:
    right, wrong = report.abstained(False, "held_out"), report.abstained(True, "held_out")

    assert right.hits / right.n >= 0.65
    assert wrong.hits / wrong.n <= 0.2


def test_the_threshold_is_near_the_one_that_the_tune_half_asks_for(report: Report) -> None:
    assert abs(report.calibrated() - NOTHING_FITS_BELOW) <= 0.05


def test_where_no_model_is_there_what_only_a_model_does_is_mostly_turned_away(report: Report) -> None:
    needed = report.abstained_without_model("held_out", served=False)
    needless = report.abstained_without_model("held_out", served=True)

    assert needed.n >= 20
    assert needed.hits / needed.n >= 0.7
    assert needless.hits / needless.n <= 0.2


def test_where_no_model_is_there_no_operator_that_asks_one_is_offered(report: Report) -> None:
    offered = {hit.name for outcome in report.without_model for hit in outcome.search.hits}

    assert report.only_models >= {"prompted_label", "text_embedding"}
    assert not offered & report.only_models


def test_the_report_names_every_figure_with_its_n(report: Report) -> None:
    text = report.text()

    assert text.count("recall@1") == text.count("recall@5") == text.count("MRR") == 4
    assert "(should)" in text
    assert re.search(r"recall@5  \d+ of 73 = \d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]", text)
