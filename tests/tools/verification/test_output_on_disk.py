from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.tools.verification.measure import measure_contract
from corpusmith.tools.verification.output_on_disk import OutputOnDisk

from .conftest import EVERYTHING, MakeRun, contract_of, write_lineage

WHOLE = [("train", 0, {}), ("train", 1, {}), ("test", 2, {}), ("test", 3, {})]


def outcomes(output: OutputOnDisk) -> dict[str, str]:
    return {result.criterion: result.outcome for result in measure_contract(EVERYTHING, output)}


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_an_untouched_output_passes_every_check_in_both_formats(make_run: MakeRun, format: str) -> None:
    output = OutputOnDisk(make_run(WHOLE, format=format))
    assert set(outcomes(output).values()) == {"passed"}
    assert output.formats == {format}
    assert list(output.splits) == ["train", "test"]
    assert [rows.num_rows for rows in output.splits.values()] == [2, 2]
    assert [list(origins) for origins in output.origins] == [[0], [1], [2], [3]]


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    "changes",
    [{"id": "7"}, {"text": "The first text"}, {"text": None}, {"year": 2002}, {"tags": []}, {"meta": {"by": "Bob"}}],
)
def test_a_single_changed_cell_is_found(make_run: MakeRun, format: str, changes: dict[str, object]) -> None:
    output = OutputOnDisk(make_run([("train", 0, changes), ("train", 1, {})], format=format))
    assert outcomes(output)["7-untouched_columns"] == "failed"


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_a_type_that_changed_on_the_way_is_found(make_run: MakeRun, format: str) -> None:
    output = OutputOnDisk(make_run([("train", 0, {"year": 2001.0}), ("train", 3, {"year": 2010.0})], format=format))
    found = outcomes(output)
    assert found["2-every_row"] == "failed"
    assert found["7-untouched_columns"] == "failed"


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_the_splits_come_in_the_order_of_the_card_and_all_shards_are_read(make_run: MakeRun, format: str) -> None:
    rows = [("validation", 3, {}), ("train", 2, {}), ("train", 1, {}), ("train", 0, {})]
    output = OutputOnDisk(make_run(rows, format=format, rows_per_shard=2))
    assert list(output.splits) == ["validation", "train"]
    ids = [value for batch in output.rows.batches(["id"]) for value in batch.column(0).to_pylist()]
    assert ids == ["010", "009", "008", "007"]
    train = [value for batch in output.splits["train"].batches(["year"]) for value in batch.column(0).to_pylist()]
    assert train == [1999, None, 2001]
    assert set(outcomes(output).values()) == {"passed"}


@pytest.mark.parametrize(
    "name", ["data/part-0.parquet", "data/.train.parquet.partial", "notes.txt", "more/data/x.parquet", "data/train.tmp"]
)
def test_a_foreign_file_makes_the_folder_unreadable(make_run: MakeRun, name: str) -> None:
    request = make_run(WHOLE)
    foreign = request.out / "dataset" / name
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_bytes(b"")
    with pytest.raises(UserError, match="holds what no dataset folder holds"):
        OutputOnDisk(request)


def test_a_link_in_place_of_a_shard_is_foreign(make_run: MakeRun, tmp_path: Path) -> None:
    request = make_run(WHOLE)
    shard = next((request.out / "dataset" / "data").glob("train-*"))
    shutil.move(shard, tmp_path / "elsewhere.parquet")
    shard.symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(UserError, match="holds what no dataset folder holds"):
        OutputOnDisk(request)


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_a_missing_shard_makes_the_folder_unreadable(make_run: MakeRun, format: str) -> None:
    request = make_run([("train", at, {}) for at in range(4)], format=format, rows_per_shard=1)
    (request.out / "dataset" / "data" / f"train-00003-of-00004.{format}").unlink()
    with pytest.raises(UserError, match="missing"):
        OutputOnDisk(request)


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_a_shard_that_was_cut_off_anywhere_makes_the_output_unreadable(make_run: MakeRun, format: str) -> None:
    request = make_run([("train", at, {}) for at in range(4)], format=format)
    shard = request.out / "dataset" / "data" / f"train-00000-of-00001.{format}"
    content = shard.read_bytes()
    for size in range(0, len(content), max(1, len(content) // 40)):
        shard.write_bytes(content[:size])
        with pytest.raises((UserError, pa.ArrowException, OSError)):
            OutputOnDisk(request)


def test_a_json_lines_shard_cut_at_the_end_of_a_line_is_found_by_the_lineage(make_run: MakeRun) -> None:
    request = make_run(WHOLE[:2], format="jsonl")
    shard = request.out / "dataset" / "data" / "train-00000-of-00001.jsonl"
    shard.write_bytes(shard.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(UserError, match="The lineage is one of 2 rows, and the output has 1"):
        OutputOnDisk(request)


@pytest.mark.parametrize("line", [b'{"id": 7}\n', b"[1]\n", b"nonsense\n", b'{"id": "\xff"}\n'])
def test_a_json_line_of_another_type_or_none_is_never_bent_to_fit(make_run: MakeRun, line: bytes) -> None:
    request = make_run(WHOLE[:2], format="jsonl")
    shard = request.out / "dataset" / "data" / "train-00000-of-00001.jsonl"
    shard.write_bytes(shard.read_bytes().splitlines(keepends=True)[0] + line)
    with pytest.raises(UserError):
        OutputOnDisk(request)


def test_shards_of_different_columns_make_the_output_unreadable(make_run: MakeRun) -> None:
    request = make_run([("train", at, {}) for at in range(2)], rows_per_shard=1)
    shard = request.out / "dataset" / "data" / "train-00001-of-00002.parquet"
    pq.write_table(pq.read_table(shard).drop_columns(["year"]), shard)
    with pytest.raises(UserError, match="has other columns"):
        OutputOnDisk(request)


def test_origins_outside_the_input_fail_the_provenance(make_run: MakeRun) -> None:
    request = make_run(WHOLE[:2])
    write_lineage(request.lineage, [0, 99])
    assert outcomes(OutputOnDisk(request))["6-provenance"] == "failed"


def test_a_lineage_that_names_a_row_twice_is_refused(make_run: MakeRun) -> None:
    request = make_run(WHOLE[:2])
    schema = pa.schema([("row", pa.string()), ("origins", pa.list_(pa.string()))])
    row = {"row": "rows:in.jsonl:1", "origins": ["rows:in.jsonl:1"]}
    pq.write_table(pa.Table.from_pylist([row, row], schema=schema), request.lineage)
    with pytest.raises(UserError, match="names an output row twice"):
        OutputOnDisk(request)


def test_rows_that_were_swapped_without_their_lineage_are_found(make_run: MakeRun) -> None:
    request = make_run(WHOLE[:2])
    write_lineage(request.lineage, [1, 0])
    assert outcomes(OutputOnDisk(request))["7-untouched_columns"] == "failed"


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_an_output_without_rows_verifies_nothing_about_rows(make_run: MakeRun, format: str) -> None:
    request = make_run(WHOLE[:1], format=format)
    data = request.out / "dataset" / "data"
    shard = data / f"train-00000-of-00001.{format}"
    if format == "parquet":
        pq.write_table(pq.read_table(shard).slice(0, 0), shard)
    else:
        shard.write_bytes(b"")
    write_lineage(request.lineage, [])
    found = outcomes(OutputOnDisk(request))
    assert found.pop("0-row_count") == "failed"
    assert found.pop("3-kept_share") == "failed"
    assert set(found.values()) == {"unverified"}


def test_times_are_equal_to_their_text_in_json_lines(tmp_path: Path, make_run: MakeRun) -> None:
    request = make_run(WHOLE[:1], format="jsonl", contract=contract_of(("untouched_columns", {"columns": ["when"]})))
    when = pa.array([0, 1_700_000_000], pa.timestamp("s"))
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"when": when}), source)
    shard = request.out / "dataset" / "data" / "train-00000-of-00001.jsonl"
    shard.write_text('{"when":"1970-01-01T00:00:00"}\n{"when":"2023-11-14T22:13:20"}\n')
    ids = ["rows:in.parquet:1", "rows:in.parquet:2"]
    lineage = pa.table({"row": ids, "origins": [[name] for name in ids]})
    pq.write_table(lineage, request.lineage)
    changed = request.model_copy(update={"data": [source]})
    assert [result.outcome for result in measure_contract(request.contract, OutputOnDisk(changed))] == ["passed"]
