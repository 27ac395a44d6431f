"""Several named tables: branches, joins, and operators that make new rows of old ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.declare import dataset_operator
from corpusmith.engine.errors import LedgerImbalanceError, UserError
from corpusmith.engine.execution.outputs import LINEAGE_SCHEMA
from corpusmith.engine.operator import DatasetOperator, DatasetResult, DerivedRows, Example, Table
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import source_of_rows

EXAMPLE = Example(rows=[], becomes=[])
LEFT = [{"id": n, "text": text} for n, text in enumerate(["a", "bb", "ccc"])]
RIGHT = [{"id": 1, "label": "x"}, {"id": 1, "label": "y"}, {"id": 7, "label": "z"}]
MADE: dict[str, DatasetResult] = {}


@dataset_operator(name="make", kind="refine", phase="ingest", example=EXAMPLE, tables_out=("rows", "rest"))
class Make(DatasetOperator):
    """Whatever the test wants."""

    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        return MADE["result"]


def rows_with(parents: list[list[tuple[str, int]]], name: str = "n") -> DerivedRows:
    return DerivedRows(pa.RecordBatch.from_pydict({name: pa.array(range(len(parents)))}), parents)


def make(run: Any, rows: list[DerivedRows], rest: list[DerivedRows] | None = None, **result: Any) -> Any:
    MADE["result"] = DatasetResult({"rest": rest or [], "rows": rows}, **result)
    pipeline = Pipeline(steps=[Step(id="make", operator="make")], outputs=[OutputTable(), OutputTable(table="rest")])
    return run(pipeline, LEFT, operators=[Make])


def join(left: str, right: str, **params: Any) -> Step:
    return Step(
        id="join", operator="join_tables", inputs={"left": left, "right": right}, params={"on": ["id"], **params}
    )


def test_a_join_names_both_parents_and_reports_rows_without_a_match(run: Any) -> None:
    pipeline = Pipeline(sources=["left", "right"], steps=[join("left", "right")])
    ran = run(pipeline, {"left": LEFT, "right": RIGHT})
    assert ran.rows() == [{"id": 1, "text": "bb", "label": "x"}, {"id": 1, "text": "bb", "label": "y"}]
    assert len(set(ran.ids())) == 2
    assert all(row.startswith("left:memory:2/") for row in ran.ids())
    assert [ran.execution.origins_of(row) for row in ran.ids()] == [
        ["left:memory:2", "right:memory:1"],
        ["left:memory:2", "right:memory:2"],
    ]
    assert ran.dropped("join") == [
        ("left:memory:1", "no_match"),
        ("left:memory:3", "no_match"),
        ("right:memory:3", "no_match"),
    ]
    ledger = ran.ledger("join")
    assert (ledger.rows_in, ledger.parents, ledger.rows_out, ledger.dropped.total()) == (6, 3, 2, 3)


def test_a_table_joined_with_itself_balances(run: Any) -> None:
    ran = run([join("rows", "rows")], [{"id": 1, "a": "x"}, {"id": 1, "a": "y"}, {"id": None, "a": "z"}])
    ledger = ran.ledger("join")
    assert (ledger.rows_in, ledger.parents, ledger.rows_out, ledger.dropped.total()) == (6, 4, 4, 2)
    assert len(set(ran.ids())) == 4


def test_branches_come_together_again_with_distinct_identities(run: Any) -> None:
    steps = [
        Step(id="short", operator="character_count_filter", params={"max": 2}, outputs={"rows": "short"}),
        Step(id="long", operator="character_count_filter", params={"min": 2}, outputs={"rows": "long"}),
        Step(id="upper", operator="change_case", params={"case": "upper"}, inputs={"rows": "short"}),
        Step(id="both", operator="concat_tables", inputs={"first": "short", "second": "long"}),
    ]
    ran = run(steps, LEFT)
    assert [row["text"] for row in ran.rows()] == ["A", "BB", "bb", "ccc"]
    assert len(set(ran.ids())) == 4
    origins = [ran.execution.origins_of(row) for row in ran.ids()]
    assert origins == [["rows:memory:1"], ["rows:memory:2"], ["rows:memory:2"], ["rows:memory:3"]]
    assert [ledger.step for ledger in ran.execution.ledger.steps] == ["short", "long", "upper", "both"]


def test_identities_that_repeat_between_tables_do_not_mix_up_origins(run: Any) -> None:
    """The join makes ``left:memory:2/1``, and so does the expansion of the left table: two rows of one name."""
    explode = {"operator": "explode_list", "bind": {"value": "words"}, "inputs": {"rows": "left"}}
    steps = [
        join("left", "right", suffix="_2").model_copy(update={"outputs": {"rows": "joined"}}),
        Step(id="words", outputs={"rows": "words"}, **explode),
        Step(id="drop", operator="drop_columns", params={"columns": ["words"]}, inputs={"rows": "joined"}),
        Step(id="both", operator="concat_tables", inputs={"first": "joined", "second": "words"}),
    ]
    left = [{"id": n, "words": ["a", "b"]} for n in range(3)]
    ran = run(Pipeline(sources=["left", "right"], steps=steps), {"left": left, "right": RIGHT})
    origins = [ran.execution.origins_of(row) for row in ran.ids()]
    assert origins[:2] == [["left:memory:2", "right:memory:1"], ["left:memory:2", "right:memory:2"]]
    assert origins[2:] == [[f"left:memory:{n}"] for n in (1, 1, 2, 2, 3, 3)]
    assert len(set(ran.ids())) == 8


def test_origins_go_through_filters_orders_expansions_and_other_derivations(run: Any, tmp_path: Path) -> None:
    steps = [
        join("rows", "right"),
        Step(id="sort", operator="sort_rows", params={"by": ["label"], "descending": True}),
        Step(id="explode", operator="explode_list", bind={"value": "words"}),
        Step(id="keep", operator="allowed_values_filter", bind={"value": "label"}, params={"values": ["x", "y"]}),
        Step(id="twice", operator="concat_tables", inputs={"first": "rows", "second": "rows"}),
    ]
    pipeline = Pipeline(sources=["rows", "right"], steps=steps)
    ran = run(pipeline, {"rows": [{"id": 1, "words": ["a", "b"]}], "right": RIGHT})
    expected = [["rows:memory:1", f"right:memory:{n}"] for n in (2, 2, 1, 1)] * 2
    assert [ran.execution.origins_of(row) for row in ran.ids()] == expected
    ran.files(tmp_path / "out")
    lineage = pq.read_table(tmp_path / "out" / "lineage-rows.parquet")
    assert lineage.schema == LINEAGE_SCHEMA
    assert lineage.column("row").to_pylist() == ran.ids()
    assert lineage.column("origins").to_pylist() == expected


def test_an_operator_may_make_several_tables_of_its_rows(run: Any) -> None:
    ran = make(
        run,
        [rows_with([[("rows", 2)], [("rows", 0), ("rows", 2)]])],
        [rows_with([[("rows", 2)]], "m")],
        unused_reason="left_over",
    )
    assert ran.ids() == ["rows:memory:3/1", "rows:memory:1/1"]
    assert ran.ids("rest") == ["rows:memory:3/2"]
    assert ran.execution.origins_of("rows:memory:1/1") == ["rows:memory:1", "rows:memory:3"]
    assert ran.dropped("make") == [("rows:memory:2", "left_over")]
    assert ran.rows("rest") == [{"m": 0}]


def test_tables_without_rows_keep_their_columns(run: Any) -> None:
    ran = make(run, [rows_with([])], [rows_with([[("rows", n)]]) for n in range(3)])
    assert ran.rows() == []
    assert ran.execution.tables["rows"].schema.names == ["n"]
    unmatched = Pipeline(sources=["left", "right"], steps=[join("left", "right")])
    ran = run(unmatched, {"left": LEFT, "right": RIGHT[2:]})
    assert ran.rows() == []
    assert ran.execution.tables["rows"].schema.names == ["id", "text", "label"]


@pytest.mark.parametrize(
    "wrong",
    [
        rows_with([[]]),
        rows_with([[("rows", 3)]]),
        rows_with([[("rows", -1)]]),
        rows_with([[("other", 0)]]),
        rows_with([[("rows", 0)]], "__row_id__"),
        DerivedRows(pa.RecordBatch.from_pydict({"n": [1, 2]}), [[("rows", 0)]]),
    ],
)
def test_rows_without_true_parents_are_refused(run: Any, wrong: DerivedRows) -> None:
    with pytest.raises(LedgerImbalanceError, match="`make`"):
        make(run, [wrong])


def test_an_operator_that_makes_other_tables_than_it_declares_is_refused(run: Any) -> None:
    MADE["result"] = DatasetResult({"rows": []})
    with pytest.raises(LedgerImbalanceError, match=r"made the tables \['rows'\]"):
        run([Step(id="make", operator="make")], LEFT, operators=[Make])


def test_equal_rows_under_two_names_are_two_tables(run: Any) -> None:
    """Two sources of the same content once had one fingerprint, and with it one stage and one set of identities."""
    steps = [Step(id="both", operator="concat_tables", inputs={"first": "left", "second": "right"})]
    ran = run(Pipeline(sources=["left", "right"], steps=steps), {"left": LEFT, "right": LEFT})
    assert [ran.execution.origins_of(row)[0] for row in ran.ids()] == [
        f"{table}:memory:{n}" for table in ("left", "right") for n in (1, 2, 3)
    ]


def test_several_sources_whose_rows_are_called_alike_are_refused(run: Any) -> None:
    sources = {name: source_of_rows(LEFT) for name in ("rows", "more")}
    steps = [Step(id="both", operator="concat_tables", inputs={"first": "rows", "second": "more"})]
    with pytest.raises(UserError, match="table='more'"):
        run(Pipeline(sources=["rows", "more"], steps=steps), sources)


def test_columns_after_a_join_are_checked_when_they_are_known(run: Any) -> None:
    steps = [join("left", "right"), Step(id="n", operator="word_count", bind={"text": "labels"})]
    with pytest.raises(UserError, match=r"Step `n` cannot run.*`labels` not found.*Did you mean `label`\?"):
        run(Pipeline(sources=["left", "right"], steps=steps), {"left": LEFT, "right": RIGHT})


def test_lineage_follows_the_files_of_the_splits(run: Any, tmp_path: Path) -> None:
    rows = [{"text": text, "part": part} for text, part in zip("abcde", "xyxzy", strict=True)]
    for splits in ([], ["z", "y", "x"]):
        ran = run(Pipeline(outputs=[OutputTable(split_column="part", splits=splits)]), rows)
        out = tmp_path / str(len(splits))
        files = ran.files(out)
        order = splits or ["x", "y", "z"]
        texts = [
            pq.read_table(out / f"dataset/data/{split}-00000-of-00001.parquet").column("text").to_pylist()
            for split in order
        ]
        lineage = pq.read_table(out / "lineage-rows.parquet").column("row").to_pylist()
        assert lineage == [f"rows:memory:{'abcde'.index(text) + 1}" for part in texts for text in part]
        assert files["dataset/README.md"].decode() == " ".join(order)
