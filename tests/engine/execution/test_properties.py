"""What holds for every pipeline over any rows: nothing is lost, and how it is run changes nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.errors import RowError
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.execution.lineage import origins_of
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import Source, source_of_rows
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])


@operator(kind="refine", phase="repair", example=EXAMPLE)
def refuse_digits(text: str) -> str:
    """Upper case; refuses texts with digits."""
    if any(character.isdigit() for character in text):
        raise RowError("a digit")
    return text.upper()


@operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE)
def characters(text: str) -> list[str]:
    """One row per character, for short texts."""
    return list(text[:3])


@operator(kind="filter", phase="filter", example=EXAMPLE)
def no_vowel_first(text: str | None) -> Drop | None:
    """Drops texts that begin with a vowel."""
    return Drop(f"begins_with_{text[0].lower()}") if text and text[0] in "aeiouAEIOU" else None


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def slowly_marked(text: str) -> str:
    """The text with a mark."""
    return text + "!"


def step(name: str, **fields: Any) -> Step:
    return Step(id="?", operator=name, **fields)


CANDIDATES = [
    step("refuse_digits"),
    step("characters"),
    step("no_vowel_first"),
    step("slowly_marked"),
    step("character_count"),
    step("word_count_filter", params={"min": 1}),
    step("require_value", bind={"value": "text"}),
    step("normalize_whitespace"),
    step("exact_duplicates", params={"columns": ["text"]}),
    step("sort_rows", params={"by": ["text", "n"]}),
    step("shuffle_rows"),
    step("sample_rows", params={"fraction": 0.5}),
    step("first_rows", params={"count": 3}),
    step("concat_tables", inputs={"first": "rows", "second": "rows"}),
    step("join_tables", inputs={"left": "rows", "right": "rows"}, params={"on": ["n"]}),
    step("select_columns", params={"columns": ["text", "n"]}),
    step("explode_list", bind={"value": "tags"}, write={"value": "tag"}),
]
TEXTS = st.none() | st.text(alphabet="aBé1 \n\u200b👍ש", max_size=5)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS, "n": st.none() | st.integers(0, 4), "tags": st.lists(st.sampled_from("xy"), max_size=2)}
    ),
    max_size=12,
)


def registry_of(library: Registry) -> Registry:
    made = Registry()
    for known in library:
        if known.measure is None:
            made.add(known)
    declared: list[Any] = [refuse_digits, characters, no_vowel_first, slowly_marked]
    for subject in declared:
        made.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return made


def pipeline_of(chosen: list[Step], seed: int) -> Pipeline:
    """The steps one after another, without those that would make a column twice or miss one."""
    steps: list[Step] = []
    columns = {"text", "n", "tags"}
    for candidate in chosen:
        if candidate.operator == "join_tables" and len(columns) > 2:
            continue
        if candidate.operator == "explode_list" and "tags" not in columns:
            continue
        if candidate.operator == "select_columns":
            columns = {"text", "n"}
        columns |= {"join_tables": {"text_right"}, "character_count": {"character_count"}, "explode_list": {"tag"}}.get(
            candidate.operator, set()
        )
        steps.append(candidate.model_copy(update={"id": f"s{len(steps)}"}))
    return Pipeline(steps=steps, seed=seed)


def left_by(
    pipeline: Pipeline, source: Source, registry: Registry, **options: Any
) -> tuple[Execution, dict[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        chosen = ExecutionOptions(max_error_share=1.0, **options)
        execution = execute(pipeline, {"rows": source}, registry, Path(folder) / "work", options=chosen)
        write_outputs(execution, pipeline, out, out, lambda output, splits: "")
        assert_accounted(execution, source)
        files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return execution, files


def assert_accounted(execution: Execution, source: Source) -> None:
    for ledger in execution.ledger.steps:
        assert ledger.rows_in == ledger.parents + ledger.dropped.total() + ledger.quarantined
        stage = execution.stage_of(ledger.step)
        assert len([*stage.dropped(ledger.step)]) == ledger.dropped.total()
        assert len([*stage.quarantined(ledger.step)]) == ledger.quarantined
    inputs = {row for batch in source.batches() for row in batch.column(ROW_ID).to_pylist()}
    ids = [row for batch in execution.tables["rows"].full_batches() for row in batch.column(ROW_ID).to_pylist()]
    assert len(ids) == len(set(ids))
    for batch in execution.tables["rows"].full_batches():
        assert all(origins and inputs.issuperset(origins) for origins in origins_of(batch))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.sampled_from(CANDIDATES), max_size=5), rows=ROWS, seed=st.integers(0, 3))
def test_nothing_is_lost_and_batches_and_snapshots_change_no_byte(
    library: Registry, chosen: list[Step], rows: list[dict[str, Any]], seed: int
) -> None:
    registry, source = registry_of(library), source_of_rows([*rows, {"text": "x", "n": 1, "tags": ["x"]}])
    pipeline = pipeline_of(chosen, seed)
    first, files = left_by(pipeline, source, registry)
    for options in ({"batch_rows": 1}, {"batch_rows": 5, "snapshots": True}):
        other, other_files = left_by(pipeline, source, registry, **options)
        assert other_files == files
        assert other.ledger == first.ledger


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS.filter(bool), cut=st.integers(0, 12))
def test_row_local_steps_give_for_some_rows_what_they_give_for_all(
    library: Registry, rows: list[dict[str, Any]], cut: int
) -> None:
    registry = registry_of(library)
    pipeline = pipeline_of([*CANDIDATES[:8], CANDIDATES[15]], 0)
    whole = [{"text": "x", "n": 1, "tags": ["x"]}, *rows]
    parts = [whole[: cut + 1], whole[:1] + whole[cut + 1 :]]

    def made(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory() as folder:
            options = ExecutionOptions(max_error_share=1.0)
            execution = execute(pipeline, {"rows": source_of_rows(some)}, registry, Path(folder), options=options)
            return [row for batch in execution.tables["rows"].batches() for row in batch.to_pylist()]

    first = made(whole[:1])
    together = made(whole)[len(first) :]
    assert together == [row for part in parts for row in made(part)[len(first) :]]
