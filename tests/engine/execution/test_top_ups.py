"""Top-ups: a segment repeated until enough rows pass gives what it gives for as many copies of its input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, dataset_operator, operator
from corpusmith.engine.events import StepFinished, Warned
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.lineage import origins_of
from corpusmith.engine.operator import (
    DatasetOperator,
    DatasetResult,
    DerivedRows,
    Drop,
    Example,
    Params,
    Selection,
    SelectionOperator,
    Table,
)
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step, TopUp
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.reading.memory import source_of_batches
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])
CALLS: Counter[tuple[str, int]] = Counter()


@operator(kind="refine", phase="generate", example=EXAMPLE)
def dice(n: int, *, sides: int = 6, context: Context) -> int:
    """A number that depends on the row and the round."""
    CALLS["dice", context.round] += 1
    return context.random(n).randrange(sides)


@operator(kind="generate", phase="generate", rows="expand", writes={"n": "integer"}, example=EXAMPLE)
def several(n: int, *, context: Context) -> list[int]:
    """As many children as the number says."""
    CALLS["several", context.round] += 1
    return [10 * n + child for child in range(n % 3)]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def odd(n: int, *, context: Context) -> Drop | None:
    """Drops even numbers, breaks on five."""
    CALLS["odd", context.round] += 1
    if n == 5:
        raise ValueError("five")
    return None if n % 2 else Drop("even")


@dataset_operator(name="distinct", kind="filter", phase="deduplicate", example=EXAMPLE, reads={"n": "integer"})
class Distinct(SelectionOperator):
    """Keeps the first row of each number."""

    def select(self, rows: Table, context: Context) -> Selection:
        CALLS["distinct", context.round] += 1
        numbers = [n for batch in rows.batches(["n"]) for n in batch.column(0).to_pylist()]
        seen: set[int] = set()
        drop = {i: "seen" for i, n in enumerate(numbers) if n in seen or seen.add(n)}  # type: ignore[func-returns-value]
        return Selection(drop=drop)


class LabelledParams(Params):
    """Nothing to choose."""


@dataset_operator(
    name="labelled", kind="refine", phase="shape", example=EXAMPLE, tables_in=("rows", "labels"), tables_out=("rows",)
)
class Labelled(DatasetOperator):
    """Each row with the number of labels."""

    Params = LabelledParams

    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        count = tables["labels"].num_rows
        numbers = [n for batch in tables["rows"].batches(["n"]) for n in batch.column(0).to_pylist()]
        batch = pa.RecordBatch.from_pydict(
            {"n": pa.array(numbers, pa.int64()), "labels": pa.array([count] * len(numbers), pa.int64())}
        )
        return DatasetResult({"rows": [DerivedRows(batch, [[("rows", i)] for i in range(len(numbers))])]})


ALL: list[Any] = [dice, several, odd, Distinct, Labelled]
ROWS = [{"n": n} for n in range(4)]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    CALLS.clear()


def topped_up(*operators: str, until: int, max_rounds: int = 10, **pipeline: Any) -> Pipeline:
    steps = [Step(id=f"s{i}", operator=name) for i, name in enumerate(operators)]
    top_up = TopUp(steps=[step.id for step in steps], until=until, max_rounds=max_rounds)
    return Pipeline(steps=steps, top_ups=[top_up], **pipeline)


def test_rounds_are_repeated_until_enough_rows_pass_and_the_rest_is_dropped(run: Any) -> None:
    ran = run(topped_up("dice", "odd", until=5, seed=3), ROWS, operators=ALL)
    assert len(ran.rows()) == 5
    (account,) = ran.execution.ledger.as_json()["top_ups"]
    assert (account["steps"], account["table"], account["until"]) == (["s0", "s1"], "rows", 5)
    assert account["passed"] == sorted(account["passed"])
    assert account["passed"][-2] < 5 <= account["passed"][-1]
    rounds = len(account["passed"])
    assert ran.ledger("s0").rows_in == 4 * rounds
    surplus = ran.ledger("s1.top_up")
    assert (surplus.rows_in, surplus.rows_out) == (account["passed"][-1], 5)
    assert [reason for _, reason in ran.dropped("s1.top_up")] == ["surplus"] * (account["passed"][-1] - 5)
    assert not [event for event in ran.events if isinstance(event, Warned)]


def test_identities_hold_the_round_and_lead_back_to_the_input_row(run: Any) -> None:
    ran = run(topped_up("several", until=100, max_rounds=2), ROWS, operators=ALL)
    assert ran.ids() == [f"rows:memory:{row}~{n}/{child}" for n in (1, 2) for row, child in [(2, 1), (3, 1), (3, 2)]]
    assert [ran.execution.origins_of(row)[0] for row in ran.ids()][:3] == [f"rows:memory:{n}" for n in (2, 3, 3)]


def test_only_the_new_copy_goes_through_row_local_steps_in_front_and_all_rounds_through_dataset_steps(run: Any) -> None:
    run(topped_up("several", "odd", "distinct", "dice", until=100, max_rounds=3), ROWS, operators=ALL)
    assert CALLS["several", 1] == 4
    assert [CALLS["odd", n] for n in (1, 2)] == [3, 3]
    assert CALLS["distinct", 1] == 2, "the second round adds nothing to what is distinct, and is the last"


def test_rounds_that_add_nothing_end_it_with_a_warning(run: Any) -> None:
    ran = run(topped_up("several", "distinct", until=100), ROWS, operators=ALL)
    assert ran.execution.ledger.top_ups[0].passed == [3, 3]
    (warning,) = [event.message for event in ran.events if isinstance(event, Warned)]
    assert warning == "The top-up of `rows` ends with 3 of 100 rows: the last of 2 rounds added none."


def test_a_round_that_gives_nothing_at_all_is_the_only_one(run: Any) -> None:
    ran = run(topped_up("several", until=1), [{"n": 0}], operators=ALL)
    assert ran.execution.ledger.top_ups[0].passed == [0]
    assert ran.rows() == []


def test_the_last_allowed_round_ends_it_with_a_warning(run: Any) -> None:
    ran = run(topped_up("dice", until=100, max_rounds=3), ROWS, operators=ALL)
    assert ran.execution.ledger.top_ups[0].passed == [4, 8, 12]
    (warning,) = [event.message for event in ran.events if isinstance(event, Warned)]
    assert warning.endswith("12 of 100 rows: 3 rounds are all that it may take (`max_rounds`).")


def test_steps_around_a_top_up_run_once_and_see_what_it_kept(run: Any) -> None:
    steps = [
        Step(id="before", operator="odd"),
        Step(id="make", operator="dice"),
        Step(id="after", operator="odd"),
    ]
    pipeline = Pipeline(steps=steps, top_ups=[TopUp(steps=["make"], until=5)])
    ran = run(pipeline, ROWS, operators=ALL)
    assert [ledger.step for ledger in ran.execution.ledger.steps] == ["before", "make", "make.top_up", "after"]
    assert ran.ledger("before").rows_in == 4
    assert ran.ledger("after").rows_in == 5


def test_a_table_that_only_a_later_step_reads_is_not_copied(run: Any) -> None:
    steps = [
        Step(id="make", operator="dice"),
        Step(id="label", operator="labelled"),
    ]
    pipeline = Pipeline(
        sources=["rows", "labels"], steps=steps, top_ups=[TopUp(steps=["make", "label"], until=100, max_rounds=3)]
    )
    ran = run(pipeline, {"rows": ROWS, "labels": [{"label": "a"}, {"label": "b"}]}, operators=ALL)
    assert [row["labels"] for row in ran.rows()] == [2] * 12
    assert ran.ledger("label").rows_in == 14


def test_the_input_of_a_top_up_is_still_there_after_it_and_other_tables_hold_all_rounds(run: Any) -> None:
    steps = [
        Step(id="make", operator="dice", outputs={"rows": "made"}),
        Step(id="keep", operator="odd", inputs={"rows": "made"}, outputs={"rows": "kept"}),
    ]
    pipeline = Pipeline(
        steps=steps,
        top_ups=[TopUp(steps=["make", "keep"], table="kept", until=1000, max_rounds=3)],
        outputs=[OutputTable(table=name) for name in ("rows", "made", "kept")],
    )
    ran = run(pipeline, ROWS, operators=ALL)
    assert ran.ids() == [f"rows:memory:{n}" for n in range(1, 5)]
    assert ran.ids("made") == [f"rows:memory:{n}~{r}" for r in (1, 2, 3) for n in range(1, 5)]
    assert set(ran.ids("kept")) < set(ran.ids("made"))
    assert CALLS["dice", 3] == 4


def test_a_table_of_all_rounds_is_one_table_for_what_follows(run: Any) -> None:
    steps = [
        Step(id="make", operator="dice", outputs={"rows": "made"}),
        Step(id="keep", operator="odd", inputs={"rows": "made"}, outputs={"rows": "kept"}),
        Step(id="again", operator="dice", inputs={"rows": "made"}),
    ]
    pipeline = Pipeline(
        steps=steps,
        top_ups=[
            TopUp(steps=["make", "keep"], table="kept", until=1000, max_rounds=2),
            TopUp(steps=["again"], table="made", until=1000, max_rounds=2),
        ],
        outputs=[OutputTable(table=name) for name in ("made", "kept")],
    )
    ran = run(pipeline, ROWS, operators=ALL)
    expected = [f"rows:memory:{n}~{first}~{second}" for second in (1, 2) for first in (1, 2) for n in range(1, 5)]
    assert ran.ids("made") == expected


def test_two_top_ups_of_one_table_give_every_row_an_identity_of_its_own(run: Any) -> None:
    steps = [Step(id="a", operator="dice"), Step(id="b", operator="dice")]
    pipeline = Pipeline(
        steps=steps,
        top_ups=[TopUp(steps=["a"], until=100, max_rounds=3), TopUp(steps=["b"], until=100, max_rounds=2)],
    )
    ids = run(pipeline, ROWS, operators=ALL).ids()
    assert len(ids) == len(set(ids)) == 24
    assert ids[-1] == "rows:memory:4~3~2"


def test_batches_snapshots_and_a_second_run_change_nothing(run: Any, tmp_path: Path) -> None:
    pipeline = topped_up("dice", "several", "distinct", "odd", until=9, max_rounds=4, outputs=[OutputTable()])
    outs = [
        run(pipeline, ROWS, operators=ALL, batch_rows=n, snapshots=shots, work=tmp_path / f"w{n}{shots}").files(
            tmp_path / f"{n}{shots}"
        )
        for n in (1, 3, 1000)
        for shots in (False, True)
    ]
    assert all(out == outs[0] for out in outs)
    CALLS.clear()
    again = run(pipeline, ROWS, operators=ALL, work=tmp_path / "w3False")
    assert not CALLS
    assert {event.reused for event in again.events if isinstance(event, StepFinished)} == {True}


def test_more_rows_asked_for_recompute_only_the_new_rounds(run: Any, tmp_path: Path) -> None:
    run(topped_up("dice", "odd", until=3, seed=3), ROWS, operators=ALL, work=tmp_path)
    before = {round for name, round in CALLS if name == "dice"}
    CALLS.clear()
    run(topped_up("dice", "odd", until=12, seed=3), ROWS, operators=ALL, work=tmp_path)
    assert before.isdisjoint(round for name, round in CALLS if name == "dice")


def registry() -> Registry:
    made = Registry()
    for subject in ALL:
        made.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return made


def executed(pipeline: Pipeline, source: Any, work: Path, batch_rows: int = 1024) -> Any:
    options = ExecutionOptions(batch_rows=batch_rows, max_error_share=1.0)
    return execute(pipeline, {"rows": source}, registry(), work, options=options)


def content(execution: Any) -> list[dict[str, Any]]:
    return [row for batch in execution.tables["rows"].full_batches() for row in batch.to_pylist()]


def copies(rows: list[dict[str, Any]], rounds: int) -> Any:
    """The rows once per round, with the round in their identities."""
    schema = pa.schema([("n", pa.int64())])
    batch = pa.RecordBatch.from_pydict(
        {
            ROW_ID: [f"rows:memory:{i}~{n}" for n in range(1, rounds + 1) for i in range(1, len(rows) + 1)],
            "n": pa.array([row["n"] for _ in range(rounds) for row in rows], pa.int64()),
        }
    )
    return source_of_batches(schema, [batch], f"copies-{rounds}-{rows}")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.integers(0, 20), min_size=1, max_size=6),
    names=st.lists(st.sampled_from(["several", "odd", "distinct"]), min_size=1, max_size=4),
    until=st.integers(1, 20),
    max_rounds=st.integers(1, 4),
    batch_rows=st.sampled_from([1, 2, 1000]),
)
def test_a_top_up_of_n_rounds_is_the_segment_over_n_copies_of_its_input(
    numbers: list[int],
    names: list[str],
    until: int,
    max_rounds: int,
    batch_rows: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows, work = [{"n": n} for n in numbers], tmp_path_factory.mktemp("work")
    pipeline = topped_up(*names, until=until, max_rounds=max_rounds)
    ran = executed(pipeline, source_of_rows(rows), work / "top-up", batch_rows)
    (account,) = ran.ledger.top_ups
    rounds = len(account.passed)
    plain = pipeline.model_copy(update={"top_ups": []})
    defined = [content(executed(plain, copies(rows, n), work / f"copies-{n}")) for n in range(1, rounds + 1)]
    assert account.passed == [len(rows) for rows in defined]
    assert content(ran) == defined[-1][:until]
    for ledger in ran.ledger.steps:
        ledger.assert_balanced()
    stops = [
        passed >= until or number == max_rounds or passed <= (account.passed[number - 2] if number > 1 else 0)
        for number, passed in enumerate(account.passed, start=1)
    ]
    assert stops == [False] * (rounds - 1) + [True]
    known = {f"rows:memory:{n}" for n in range(1, len(rows) + 1)}
    for batch in ran.tables["rows"].full_batches():
        assert all(set(origins) <= known for origins in origins_of(batch))


def test_each_copy_has_the_seeds_of_its_round(run: Any) -> None:
    ran = run(topped_up("dice", until=100, max_rounds=3, seed=7), ROWS, operators=ALL)
    expected = [Context(7, "s0", n).random(row["n"]).randrange(6) for n in (1, 2, 3) for row in ROWS]
    assert [row["n"] for row in ran.rows()] == expected
    once = run(Pipeline(steps=[Step(id="s0", operator="dice")], seed=7), ROWS, operators=ALL)
    assert [row["n"] for row in once.rows()] == expected[:4], "one round is the segment without a top-up"


def test_an_interrupted_top_up_goes_on_where_it_was(run: Any, tmp_path: Path) -> None:
    left = {"calls": 10}

    @operator(kind="refine", phase="repair", example=EXAMPLE)
    def costly(n: int) -> int:
        """Stops after some calls as if Ctrl-C were pressed."""
        left["calls"] -= 1
        if left["calls"] < 0:
            raise KeyboardInterrupt
        return n

    pipeline = topped_up("dice", "costly", "distinct", until=100, max_rounds=4)
    with pytest.raises(KeyboardInterrupt):
        run(pipeline, ROWS, operators=[*ALL, costly], work=tmp_path / "work")
    left["calls"] = 8
    resumed = run(pipeline, ROWS, operators=[*ALL, costly], work=tmp_path / "work")
    left["calls"] = 1000
    whole = run(pipeline, ROWS, operators=[*ALL, costly], work=tmp_path / "other")
    assert resumed.files(tmp_path / "a") == whole.files(tmp_path / "b")
    assert resumed.execution.ledger == whole.execution.ledger
