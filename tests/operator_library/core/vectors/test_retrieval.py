from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import corpusmith.operator_library.core.vectors
from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry
from corpusmith.operator_library.core.vectors import vector_file

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core.vectors)


def search(queries: list[Any], passages: list[Any], work: Path, batch_rows: int = 1000, **params: Any) -> Execution:
    """The execution of a search; rows are their vectors, a passage's text is its position."""
    tables = {
        "queries": [{"id": place, "embedding": vector} for place, vector in enumerate(queries)],
        "passages": [{"text": f"p{place}", "embedding": vector} for place, vector in enumerate(passages)],
    }
    sources = {name: source_of_rows(rows, table=name) for name, rows in tables.items()}
    pipeline = Pipeline(
        sources=list(sources),
        steps=[Step(id="search", operator="similar_rows", params=params, outputs={"rows": "found"})],
        outputs=[OutputTable(table="found")],
    )
    return execute(pipeline, sources, REGISTRY, work, options=ExecutionOptions(batch_rows=batch_rows))


def found_by(execution: Execution) -> list[tuple[list[str], list[float]]]:
    rows = [row for batch in execution.tables["found"].full_batches() for row in batch.to_pylist()]
    return [(row["retrieved"], row["similarities"]) for row in rows]


def test_the_most_similar_come_first_and_equal_ones_in_their_order(tmp_path: Path) -> None:
    execution = search([[2.0, 0.0]], [[0.0, 1.0], [1.0, 1.0], [5.0, 5.0], [3.0, 0.0]], tmp_path, count=3)
    assert found_by(execution) == [(["p3", "p1", "p2"], [1.0, 0.707107, 0.707107])]


def test_a_least_similarity_leaves_out_the_rest(tmp_path: Path) -> None:
    execution = search([[1.0, 0.0], [0.0, -1.0]], [[1.0, 0.1], [0.0, 1.0]], tmp_path, min_similarity=0.5)
    assert [texts for texts, _ in found_by(execution)] == [["p0"], []]


def test_passages_that_nobody_finds_are_accounted_for(tmp_path: Path) -> None:
    execution = search([[1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], tmp_path, count=1)
    stage = execution.stage_of("search")
    assert [(row["row"], row["reason"]) for row in stage.dropped("search")] == [("passages:memory:2", "not_retrieved")]


def test_what_was_found_is_among_the_origins_of_a_row(tmp_path: Path) -> None:
    execution = search([[1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], tmp_path, count=1)
    (row,) = (
        name for batch in execution.tables["found"].full_batches() for name in batch.column("__row_id__").to_pylist()
    )
    assert execution.origins_of(row) == ["queries:memory:1", "passages:memory:1"]


@pytest.mark.parametrize("nowhere", [None, [0.0, 0.0]])
def test_a_row_without_a_direction_finds_nothing_and_is_not_found(tmp_path: Path, nowhere: Any) -> None:
    execution = search([nowhere, [1.0, 0.0]], [nowhere, [1.0, 0.0]], tmp_path)
    assert [texts for texts, _ in found_by(execution)] == [[], ["p1"]]


def test_the_length_of_a_vector_does_not_count_however_large_or_small(tmp_path: Path) -> None:
    execution = search([[1e-300, 0.0]], [[1e308, 1e308], [5e-324, 0.0], None, [-1e308, 0.0]], tmp_path, count=3)
    assert found_by(execution) == [(["p1", "p0", "p3"], [1.0, 0.707107, -1.0])]


@pytest.mark.parametrize("block", [1024, 16, 3])
def test_of_many_equal_passages_the_first_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(vector_file, "BLOCK_ROWS", block)
    monkeypatch.setattr("corpusmith.operator_library.core.vectors.retrieval.BLOCK_ROWS", block)
    execution = search([[1.0, 0.0]], [[0.0, 1.0], *[[2.0, 0.0]] * 40], tmp_path, count=5)
    assert found_by(execution)[0][0] == ["p1", "p2", "p3", "p4", "p5"]


def test_a_table_is_searched_in_itself_without_its_own_rows(tmp_path: Path) -> None:
    rows = [
        {"text": name, "embedding": vector} for name, vector in (("a", [1.0, 0.0]), ("b", [0.9, 0.1]), ("c", [0, 1.0]))
    ]
    step = Step(
        id="search",
        operator="similar_rows",
        params={"count": 1, "skip_same_position": True},
        inputs={"queries": "rows", "passages": "rows"},
    )
    execution = execute(Pipeline(steps=[step]), {"rows": source_of_rows(rows)}, REGISTRY, tmp_path)
    made = [row for batch in execution.tables["rows"].full_batches() for row in batch.to_pylist()]
    assert [(row["text"], row["retrieved"]) for row in made] == [("a", ["b"]), ("b", ["a"]), ("c", ["b"])]


def test_batches_and_blocks_change_nothing_and_the_search_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(7)
    queries, passages = random.normal(size=(57, 8)), random.normal(size=(143, 8))
    results = []
    for number, (block, batch) in enumerate(((1024, 1000), (16, 1000), (16, 5))):
        monkeypatch.setattr(vector_file, "BLOCK_ROWS", block)
        monkeypatch.setattr("corpusmith.operator_library.core.vectors.retrieval.BLOCK_ROWS", block)
        results.append(found_by(search(queries.tolist(), passages.tolist(), tmp_path / str(number), batch, count=4)))
    assert results[0] == results[1] == results[2]
    scaled = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in (queries, passages)]
    expected = np.argsort(-(scaled[0] @ scaled[1].T), axis=1)[:, :4]
    assert [texts for texts, _ in results[0]] == [[f"p{place}" for place in row] for row in expected]


@pytest.mark.parametrize(
    ("queries", "passages", "said"),
    [
        ([[1.0, 0.0]], [[1.0, 0.0, 0.0]], "2 numbers, the passages' 3"),
        ([[1.0, 0.0]], [[1.0, 0.0], [1.0]], "1 and 2 numbers"),
        (["a"], [[1.0]], "not lists of numbers"),
        ([["a"]], [[1.0]], "not lists of numbers"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(tmp_path: Path, queries: Any, passages: Any, said: str) -> None:
    with pytest.raises(UserError, match=said):
        search(queries, passages, tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="body"):
        search([[1.0]], [[1.0]], tmp_path, value="body")
