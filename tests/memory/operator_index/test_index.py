import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpusmith import operator_library
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import Example, Operator
from corpusmith.engine.registry import Registry
from corpusmith.memory.operator_index.documents import documents_of
from corpusmith.memory.operator_index.embedder import HashedEmbedder, Vectors
from corpusmith.memory.operator_index.index import OperatorIndex

EXAMPLE = Example(rows=[{"text": "a b"}], becomes=[{"text": "a b", "word_count": 2}])


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, aliases=("number of words",))
def word_count(text: str) -> int:
    """Number of words."""
    return len(text.split())


@operator(kind="refine", phase="repair", example=EXAMPLE)
def remove_urls(text: str) -> str:
    """Removes URLs from the text."""
    return text


@operator(kind="refine", phase="shape", example=EXAMPLE)
def join_elements(elements: list[Any]) -> list[Any]:
    """Keeps each word of a list once."""
    return elements


@operator(kind="generate", phase="generate", example=EXAMPLE, needs=("llm",), writes={"answer": "text"})
def write_answer(question: str) -> str:
    """Writes the answer to a question, in a few words."""
    return question


def _declared(*functions: Any) -> list[Operator]:
    registry = Registry()
    for function in functions:
        registry.add(getattr(function, OPERATOR_ATTRIBUTE))
    return list(registry)


OPERATORS = _declared(word_count, remove_urls, join_elements, write_answer)


class CountingEmbedder(HashedEmbedder):
    """The default embedder, counting the texts that it was given."""

    def __init__(self, dimension: int = 1024, name: str = "hashed-features") -> None:
        super().__init__(dimension)
        self.name = name
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return super().embed(texts)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[OperatorIndex]:
    opened = OperatorIndex.open(tmp_path, OPERATORS)
    yield opened
    opened.close()


def names(index: OperatorIndex, need: str, **filters: Any) -> list[str]:
    return [hit.name for hit in index.search(need, **filters).hits]


def test_hits_come_best_first_with_both_scores(index: OperatorIndex) -> None:
    search = index.search("strip the links out")

    assert search.hits[0].name == "remove_urls"
    assert not search.nothing_fits
    assert [hit.score for hit in search.hits] == sorted((hit.score for hit in search.hits), reverse=True)
    assert all(-1.0 <= hit.dense <= 1.0 and 0.0 <= hit.sparse <= 1.0 for hit in search.hits)


def test_counting_words_and_dropping_rows_by_them_are_told_apart(index: OperatorIndex) -> None:
    assert names(index, "count words")[0] == "word_count"
    assert names(index, "drop rows with few words")[0] == "word_count_filter"


def test_k_limits_the_hits(index: OperatorIndex) -> None:
    assert len(index.search("words", k=2).hits) == 2
    assert len(index.search("words", k=100).hits) == len(OPERATORS)


def test_filters_come_before_ranking(index: OperatorIndex) -> None:
    assert names(index, "count words", k=2, kinds=["refine"]) == names(index, "count words", kinds=["refine"])
    assert set(names(index, "count words", kinds=["refine"])) == {"remove_urls", "join_elements"}
    assert names(index, "count words", kinds=["filter", "generate"], k=1) == ["word_count_filter"]


def test_an_operator_whose_needs_are_not_met_is_left_out(index: OperatorIndex) -> None:
    assert "write_answer" not in names(index, "write an answer", needs_available=[])
    assert names(index, "write an answer", needs_available=["llm", "sandbox"])[0] == "write_answer"
    assert names(index, "write an answer")[0] == "write_answer"


def test_what_would_fit_if_its_needs_were_met_is_told_apart_from_the_hits(index: OperatorIndex) -> None:
    search = index.search("write an answer", needs_available=[])

    assert search.nothing_fits
    assert [hit.name for hit in search.out_of_reach] == ["write_answer"]
    assert not index.search("strip the links out", needs_available=[]).nothing_fits
    assert index.search("strip the links out", needs_available=[]).out_of_reach == []
    assert index.search("write an answer").out_of_reach == []


def test_an_operator_that_can_read_no_column_at_hand_is_left_out(index: OperatorIndex) -> None:
    assert names(index, "words", column_types=["list"]) == ["join_elements"]
    assert "join_elements" not in names(index, "words", column_types=["text", "integer"])
    assert len(names(index, "words", column_types=["any"])) == len(OPERATORS)
    assert names(index, "words", column_types=[]) == []


def test_filters_can_be_combined_until_nothing_is_left(index: OperatorIndex) -> None:
    search = index.search("write", kinds=["generate"], needs_available=[], column_types=["text"])

    assert search.hits == []
    assert search.nothing_fits
    assert names(index, "write", kinds=[]) == []


@pytest.mark.parametrize("need", ["translate everything into French", "zxqv", "", "42", "the"])
def test_nothing_fits_what_no_operator_does(index: OperatorIndex, need: str) -> None:
    assert index.search(need).nothing_fits


def test_dense_scores_are_exact_cosines(index: OperatorIndex) -> None:
    documents = documents_of(OPERATORS)
    embedder = HashedEmbedder()
    cosines = embedder.embed([document.text for document in documents]) @ embedder.embed(["links in words"])[0]

    found = {hit.name: hit.dense for hit in index.search("links in words", k=100).hits}

    assert np.allclose([found[document.name] for document in documents], cosines, atol=1e-5)


def test_every_operator_of_many_that_passes_the_filters_is_ranked(tmp_path: Path) -> None:
    kind_of = {"evaluate": word_count, "refine": remove_urls}
    many = [
        replace(getattr(kind_of["refine" if number % 40 else "evaluate"], OPERATOR_ATTRIBUTE), name=f"made_{number:03}")
        for number in range(400)
    ]
    index = OperatorIndex.open(tmp_path, many)

    assert len(names(index, "count words", k=1000)) == 400
    assert sorted(names(index, "remove urls", k=1000, kinds=["evaluate"])) == [
        f"made_{n:03}" for n in range(0, 400, 40)
    ]


def test_an_unchanged_index_is_not_made_again(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    for _ in range(2):
        OperatorIndex.open(tmp_path, reversed(OPERATORS), embedder).close()

    assert embedder.embedded == len(OPERATORS)


def test_a_changed_document_makes_the_index_again(tmp_path: Path) -> None:
    OperatorIndex.open(tmp_path, OPERATORS).close()
    changed = [replace(op, aliases=("frobnicate",)) if op.name == "remove_urls" else op for op in OPERATORS]

    index = OperatorIndex.open(tmp_path, changed)

    assert names(index, "frobnicate")[0] == "remove_urls"
    assert len(list((tmp_path / "operators").glob("vectors-*"))) == 1


def test_a_removed_operator_is_no_longer_found(tmp_path: Path) -> None:
    OperatorIndex.open(tmp_path, OPERATORS).close()

    index = OperatorIndex.open(tmp_path, [op for op in OPERATORS if op.name != "remove_urls"])

    assert "remove_urls" not in names(index, "remove urls", k=100)


def test_a_new_revision_of_the_embedder_makes_the_index_again(tmp_path: Path) -> None:
    OperatorIndex.open(tmp_path, OPERATORS).close()
    embedder = CountingEmbedder()
    embedder.revision = "next"

    OperatorIndex.open(tmp_path, OPERATORS, embedder).close()

    assert embedder.embedded == len(OPERATORS)


@pytest.mark.parametrize("other", [CountingEmbedder(512), CountingEmbedder(name="minilm")])
def test_an_index_by_another_embedder_is_refused_until_a_rebuild(tmp_path: Path, other: CountingEmbedder) -> None:
    OperatorIndex.open(tmp_path, OPERATORS).close()

    with pytest.raises(UserError, match=r"hashed-features.*1024.*rebuild=True"):
        OperatorIndex.open(tmp_path, OPERATORS, other)
    index = OperatorIndex.open(tmp_path, OPERATORS, other, rebuild=True)

    assert names(index, "remove urls")[0] == "remove_urls"


@pytest.mark.parametrize("damage", ["current", "chroma.sqlite3", "in_use.lock"])
def test_a_damaged_index_is_made_again(tmp_path: Path, damage: str) -> None:
    OperatorIndex.open(tmp_path, OPERATORS).close()
    damaged = next((tmp_path / "operators").rglob(damage))
    damaged.unlink()
    if damage != "in_use.lock":
        damaged.write_bytes(b"no such thing")

    assert names(OperatorIndex.open(tmp_path, OPERATORS), "remove urls")[0] == "remove_urls"
    assert len(list((tmp_path / "operators").glob("vectors-*"))) == 1


def test_a_build_that_was_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "operators" / "vectors-half").mkdir(parents=True)

    OperatorIndex.open(tmp_path, OPERATORS).close()

    assert not (tmp_path / "operators" / "vectors-half").exists()


def test_an_open_index_goes_on_while_another_is_made(tmp_path: Path, index: OperatorIndex) -> None:
    fewer = [op for op in OPERATORS if op.name != "word_count"]

    other = OperatorIndex.open(tmp_path, fewer)

    assert "word_count" in names(index, "count words", k=100)
    assert "word_count" not in names(other, "count words", k=100)


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    search = OperatorIndex.open(tmp_path, []).search("count words")

    assert search.hits == []
    assert search.nothing_fits


_OPEN_AND_SEARCH = """
import sys
from pathlib import Path
from corpusmith import operator_library
from corpusmith.engine.registry import Registry
from corpusmith.memory.operator_index.index import OperatorIndex

assert "chromadb" not in sys.modules, "imported before it is needed"
calls = []
sys.addaudithook(lambda event, arguments: calls.append(event) if event.startswith("socket.") else None)
registry = Registry()
registry.add_package(operator_library)
index = OperatorIndex.open(Path(sys.argv[1]), registry)
print(index.search("count words", k=3))
index.close()
assert not {"socket.connect", "socket.getaddrinfo", "socket.sendto"} & set(calls), calls
assert "onnxruntime" not in sys.modules, "a model was loaded"
"""


def test_processes_that_open_one_folder_at_once_agree_and_call_nobody(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN_AND_SEARCH, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    ended = [process.communicate() for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], ended
    assert len({out for out, _ in ended}) == 1
    assert len(list((tmp_path / "operators").glob("vectors-*"))) == 1


def test_the_library_tells_its_measures_from_their_filters(tmp_path: Path) -> None:
    registry = Registry()
    registry.add_package(operator_library)
    index = OperatorIndex.open(tmp_path, registry)

    assert names(index, "count words")[0] == "word_count"
    assert names(index, "drop rows with few words")[0] == "word_count_filter"
    index.close()
