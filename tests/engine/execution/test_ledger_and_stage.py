"""The account of a step, and finished work under its fingerprint."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import pyarrow as pa
import pytest

from corpusmith.engine.columns import ORIGINS, ROW_ID
from corpusmith.engine.errors import LedgerImbalanceError
from corpusmith.engine.execution.ledger import RowLedger, StepLedger
from corpusmith.engine.execution.lineage import origins_of
from corpusmith.engine.execution.outputs import remove_outputs
from corpusmith.engine.execution.stages.stage import Stage, StageWriter, fingerprint_of
from corpusmith.engine.pipeline import Step

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("n", pa.int64())])
BATCH = pa.RecordBatch.from_pylist([{ROW_ID: "rows:x:1", "n": 1}, {ROW_ID: "rows:x:2", "n": 2}], schema=SCHEMA)
STEPS = [Step(id="a", operator="one"), Step(id="b", operator="two")]


def ledger(**counts: int) -> StepLedger:
    return StepLedger("s", "op", **counts, dropped=Counter({"r": 2, "q": 1}))


def test_a_step_that_accounts_for_every_row_is_balanced() -> None:
    ledger(rows_in=8, parents=4, rows_out=9, quarantined=1).assert_balanced()


@pytest.mark.parametrize("rows_in", [7, 9])
def test_a_row_too_many_or_too_few_is_an_imbalance(rows_in: int) -> None:
    with pytest.raises(LedgerImbalanceError, match=f"took {rows_in} rows and accounts for 8: 4 parents, 3 dropped"):
        ledger(rows_in=rows_in, parents=4, quarantined=1).assert_balanced()


def test_a_ledger_comes_back_from_json_with_reasons_in_order() -> None:
    one = ledger(rows_in=3)
    assert StepLedger.from_json(orjson.loads(orjson.dumps(one.as_json()))) == one
    assert [*one.as_json()["dropped"]] == ["q", "r"]
    assert RowLedger(5, 1, [one]).as_json() == {"rows_read": 5, "quarantined_at_reading": 1, "steps": [one.as_json()]}


def write(folder: Path, rows_out: int = 2) -> Stage:
    with StageWriter(folder, [(step.id, step.operator) for step in STEPS]) as writer:
        table = writer.table("rows", SCHEMA)
        writer.ledgers["a"].rows_in, writer.ledgers["a"].parents, writer.ledgers["a"].rows_out = 4, 3, 3
        writer.ledgers["b"].rows_in, writer.ledgers["b"].parents, writer.ledgers["b"].rows_out = 3, 2, rows_out
        writer.drop("a", "rows:x:3", "reason")
        writer.quarantine_all("b", [("rows:x:4", "error")])
        table.write(BATCH)
        return writer.commit()


def test_a_stage_comes_back_whole(tmp_path: Path) -> None:
    made = write(tmp_path / "stage")
    found = Stage.find(tmp_path / "stage")
    assert found is not None
    assert found.ledgers == made.ledgers
    assert [*found.table("rows").full_batches()] == [BATCH]
    assert found.table("rows").fingerprint == "stage:rows"
    assert [*found.dropped("a")] == [{"row": "rows:x:3", "step": "a", "reason": "reason"}]
    assert [*found.quarantined("b")] == [{"row": "rows:x:4", "step": "b", "error": "error"}]
    assert not [*found.dropped("b"), *found.quarantined("a"), *found.dropped("unknown")]
    assert b"".join(found.dropped_text("a")) == b'{"row":"rows:x:3","step":"a","reason":"reason"}\n'
    assert b"".join(found.quarantined_text("b")) == b'{"row":"rows:x:4","step":"b","error":"error"}\n'
    assert not [*found.dropped_text("b"), *found.quarantined_text("a"), *found.dropped_text("unknown")]


def test_a_stage_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(LedgerImbalanceError, match="`b` gave 1 rows, and 2 were written"):
        write(tmp_path / "stage", rows_out=1)
    assert Stage.find(tmp_path / "stage") is None
    assert not [*tmp_path.iterdir()]


def test_a_fingerprint_changes_with_inputs_steps_and_seed_and_not_with_why_a_step_is_there() -> None:
    base = fingerprint_of(["x"], STEPS, 0)
    assert base == fingerprint_of(["x"], [STEPS[0].model_copy(update={"serves": ["c"]}), STEPS[1]], 0)
    others = [
        fingerprint_of(["y"], STEPS, 0),
        fingerprint_of(["x", "x"], STEPS, 0),
        fingerprint_of(["x"], STEPS[:1], 0),
        fingerprint_of(["x"], STEPS[::-1], 0),
        fingerprint_of(["x"], STEPS, 1),
        fingerprint_of(["x"], [STEPS[0].model_copy(update={"lock": "one@1+0"}), STEPS[1]], 0),
    ]
    assert len({base, *others}) == 7


def test_origins_are_carried_or_read_from_the_identity() -> None:
    ids = ["rows:a.jsonl:7", "rows:a.jsonl:7/2/1", "rows:dir/b:c.jsonl:12/3"]
    rows = pa.RecordBatch.from_pydict({ROW_ID: ids})
    assert origins_of(rows) == [["rows:a.jsonl:7"], ["rows:a.jsonl:7"], ["rows:dir/b:c.jsonl:12"]]
    derived = rows.append_column(ORIGINS, pa.array([["x"], ["y", "z"], []]))
    assert origins_of(derived) == [["x"], ["y", "z"], []]


@pytest.mark.parametrize(
    ("row", "origin"),
    [
        ("rows:a:7~2", "rows:a:7"),
        ("rows:a:7~2/1~3", "rows:a:7"),
        ("rows:d~1/b\nc.jsonl:12", "rows:d~1/b\nc.jsonl:12"),
        ("rows:d~1/b.jsonl:12/4", "rows:d~1/b.jsonl:12"),
        ("plain/1", "plain"),
        ("", ""),
    ],
)
def test_what_steps_appended_to_an_identity_is_no_part_of_its_origin(row: str, origin: str) -> None:
    assert origins_of(pa.RecordBatch.from_pydict({ROW_ID: [row]})) == [[origin]]
    assert origins_of(pa.table({ROW_ID: pa.chunked_array([[row], ["x:1/1"]])})) == [[origin], ["x:1"]]


def test_outputs_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "dataset" / "data").mkdir(parents=True)
    for name in ("dropped.jsonl", "quarantine.jsonl", "spec.md"):
        (tmp_path / name).write_text("")
    remove_outputs(tmp_path)
    remove_outputs(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["spec.md"]
