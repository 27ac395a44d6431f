"""However a stage is cut into batches, segments and workers, the same rows come out in the same order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.execution.segments.worker_pool import WorkerPool
from corpusmith.engine.execution.stages.stage_stream import StageStream
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

NAMES = ["shouted", "split_characters", "no_vowel", "polars_size", "drawn", "answered", "answered", "sort_rows"]
STEPS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5)
TEXTS = st.lists(st.none() | st.text(alphabet="aBx1!é", max_size=4), max_size=20)


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[int, WorkerPool]]:
    """Pools of two and three workers that outlive a run, so that many runs start few processes."""
    made = {count: WorkerPool(count) for count in (2, 3)}
    yield made
    for pool in made.values():
        pool.close()


def pipeline_of(names: list[str], seed: int) -> Pipeline:
    once = [name for number, name in enumerate(names) if name in ("answered", "shouted") or name not in names[:number]]
    params: dict[str, dict[str, Any]] = {"sort_rows": {"by": ["text"]}}
    steps = [Step(id=f"s{n}", operator=name, params=params.get(name, {})) for n, name in enumerate(once)]
    return Pipeline(steps=steps, seed=seed)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=STEPS, texts=TEXTS, seed=st.integers(0, 2), batch_rows=st.integers(1, 7))
def test_batches_and_workers_change_no_byte(
    registry_of: Any,
    operators_of_rows: list[Any],
    pools: dict[int, WorkerPool],
    names: list[str],
    texts: list[str | None],
    seed: int,
    batch_rows: int,
) -> None:
    registry: Registry = registry_of(*operators_of_rows)
    source = source_of_rows([{"text": "begin"}, *({"text": text} for text in texts)])
    pipeline = pipeline_of(names, seed)

    def left(**chosen: Any) -> tuple[dict[str, bytes], Any, list[str]]:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(StageStream, "_pool", lambda self: pools[self._most_workers])
            out, options = Path(folder) / "out", ExecutionOptions(max_error_share=1.0, **chosen)
            execution = execute(pipeline, {"rows": source}, registry, Path(folder) / "work", options=options)
            write_outputs(execution, pipeline, out, out, lambda output, splits: "")
            batches = execution.tables["rows"].full_batches()
            ids = [row for batch in batches for row in batch.column(ROW_ID).to_pylist()]
            files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
            return files, execution.ledger, ids

    alone = left(workers=1)
    assert left(workers=1, batch_rows=batch_rows) == alone
    assert left(workers=2, batch_rows=batch_rows) == alone
    assert left(workers=3, batch_rows=1) == alone


def test_the_operators_of_this_test_are_all_shipped(operators_of_rows: list[Any], registry_of: Any) -> None:
    registry: Registry = registry_of(*operators_of_rows)
    names = [getattr(subject, OPERATOR_ATTRIBUTE).name for subject in operators_of_rows]
    assert Registry.from_recipe(registry.recipe(names)).names() == sorted(
        name for name in registry.names() if name.removesuffix("_filter") in names
    )
