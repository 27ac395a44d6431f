"""Artifacts: fitted by one step over all rows, handed to others by name, and part of what decides their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, dataset_operator, operator
from corpusmith.engine.derive import derive_filter
from corpusmith.engine.errors import UserError
from corpusmith.engine.events import StepFinished
from corpusmith.engine.operator import (
    Artifact,
    DatasetOperator,
    DatasetResult,
    Example,
    FitOperator,
    Operator,
    Params,
    Selection,
    SelectionOperator,
    Table,
)
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step, TopUp

EXAMPLE = Example(rows=[], becomes=[])
CALLS: Counter[str] = Counter()
ROWS = [{"n": n} for n in (3, 1, 2)]


class FitMeanParams(Params):
    """What is added."""

    plus: int = 0


@dataset_operator(
    name="fit_sum", kind="evaluate", phase="annotate", example=EXAMPLE, reads={"n": "integer"}, artifacts_out=("total",)
)
class FitSum(FitOperator):
    """The sum of all numbers."""

    Params = FitMeanParams

    def fit(self, rows: Table, folder: Path, context: Context) -> None:
        CALLS["fit"] += 1
        total = sum(n for batch in rows.batches(["n"]) for n in batch.column(0).to_pylist())
        (folder / "total").write_text(str(total + self.params.plus))


def read(total: Artifact) -> int:
    return int((total.folder / "total").read_text())


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def share(n: int, *, digits: int = 2, total: Artifact) -> float:
    """The number's share of the sum."""
    CALLS["share"] += 1
    return round(n / read(total), digits)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
async def share_later(n: int, *, context: Context, total: Artifact) -> float:
    """The number's share of the sum, asynchronously and with the context."""
    assert context.step
    return n / read(total)


@operator(kind="refine", phase="shape", example=EXAMPLE, reads={"n": "integer"}, writes={"n": "integer"})
def plus_total(frame: pd.DataFrame, *, total: Artifact) -> pd.DataFrame:
    """The number and the sum together."""
    frame["n"] = frame["n"] + read(total)
    return frame


@dataset_operator(
    name="drop_total", kind="filter", phase="filter", example=EXAMPLE, reads={"n": "integer"}, artifacts_in=("total",)
)
class DropTotal(SelectionOperator):
    """Drops as many rows as the sum says, at most all but one."""

    def select(self, rows: Table, context: Context) -> Selection:
        return Selection(drop=dict.fromkeys(range(min(read(context.artifacts["total"]), rows.num_rows - 1)), "total"))


ALL: list[Any] = [FitSum, share, share_later, plus_total, DropTotal]
FIT = Step(id="fit", operator="fit_sum")


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    CALLS.clear()


def made(subject: Any) -> Operator:
    found: Operator = getattr(subject, OPERATOR_ATTRIBUTE)
    return found


def test_an_artifact_is_no_parameter_and_no_column() -> None:
    assert made(share).artifacts_in == ("total",)
    assert [*made(share).params.model_fields] == ["digits"]
    assert [*made(share).reads] == ["n"]
    assert made(FitSum).artifacts_out == ("total",)
    derived = derive_filter(made(share))
    assert derived is not None
    assert derived.artifacts_in == ("total",)


def test_only_an_operator_that_fits_names_an_artifact() -> None:
    with pytest.raises(TypeError, match="exactly if it is a FitOperator"):
        dataset_operator(name="x", kind="evaluate", phase="annotate", example=EXAMPLE)(FitSum)
    with pytest.raises(TypeError, match="exactly if it is a FitOperator"):
        dataset_operator(name="x", kind="evaluate", phase="annotate", example=EXAMPLE, artifacts_out=("a",))(DropTotal)


@pytest.mark.parametrize(
    ("step", "rows"),
    [
        (Step(id="use", operator="share"), [{"n": 3, "share": 0.5}, {"n": 1, "share": 0.17}, {"n": 2, "share": 0.33}]),
        (Step(id="use", operator="share_filter", params={"min": 0.3}), [{"n": 3}, {"n": 2}]),
        (Step(id="use", operator="share_later_filter"), None),
        (Step(id="use", operator="plus_total"), [{"n": 9}, {"n": 7}, {"n": 8}]),
        (Step(id="use", operator="drop_total"), [{"n": 2}]),
    ],
    ids=["value", "derived filter", "no filter of an asynchronous measure", "frame", "dataset"],
)
def test_every_form_gets_the_artifact(run: Any, step: Step, rows: list[dict[str, Any]] | None) -> None:
    if rows is None:
        with pytest.raises(UserError, match="there is no operator"):
            run([FIT, step], ROWS, operators=ALL)
        return
    assert run([FIT, step], ROWS, operators=ALL).rows() == rows


def test_an_asynchronous_operator_gets_it_beside_its_context(run: Any) -> None:
    ran = run([FIT, Step(id="use", operator="share_later")], ROWS, operators=ALL)
    assert [row["share_later"] for row in ran.rows()] == [0.5, 1 / 6, 1 / 3]


def test_the_rows_of_a_fit_pass_unchanged_and_each_is_its_own_parent(run: Any) -> None:
    ran = run([FIT, Step(id="use", operator="share")], ROWS, operators=ALL)
    assert ran.ids() == [f"rows:memory:{n}" for n in (1, 2, 3)]
    ledger = ran.ledger("fit")
    assert (ledger.rows_in, ledger.parents, ledger.rows_out) == (3, 3, 3)


def test_artifacts_go_by_names_and_come_from_other_tables(run: Any) -> None:
    steps = [
        Step(id="a", operator="fit_sum", inputs={"rows": "other"}, artifacts={"total": "others"}),
        Step(id="b", operator="fit_sum", artifacts={"total": "own"}),
        Step(id="c", operator="share", artifacts={"total": "others"}, write={"share": "of_others"}),
        Step(id="d", operator="share", artifacts={"total": "own"}),
    ]
    ran = run(Pipeline(sources=["rows", "other"], steps=steps), {"rows": ROWS, "other": [{"n": 10}]}, operators=ALL)
    assert ran.rows()[0] == {"n": 3, "of_others": 0.3, "share": 0.5}


def test_an_artifact_that_changes_runs_again_what_uses_it_and_nothing_else(run: Any, tmp_path: Path) -> None:
    def again(rows: Any = ROWS, **params: Any) -> dict[str, int]:
        CALLS.clear()
        steps = [
            FIT.model_copy(update={"params": params}),
            Step(id="untouched", operator="sort_rows", params={"by": ["n"]}),
            Step(id="use", operator="share"),
        ]
        ran = run(steps, rows, operators=ALL, work=tmp_path)
        reused = [event.step for event in ran.events if isinstance(event, StepFinished) and event.reused]
        return {**CALLS, "reused": len(reused)}

    assert again() == {"fit": 1, "share": 3, "reused": 0}
    assert again() == {"reused": 3}
    assert again(plus=1) == {"fit": 1, "share": 3, "reused": 1}
    assert again(ROWS[:2], plus=1) == {"fit": 1, "share": 2, "reused": 0}


def test_what_is_fitted_in_a_top_up_sees_all_its_rounds(run: Any) -> None:
    steps = [FIT, Step(id="use", operator="share")]
    pipeline = Pipeline(steps=steps, top_ups=[TopUp(steps=["fit", "use"], until=100, max_rounds=2)])
    assert [row["share"] for row in run(pipeline, ROWS, operators=ALL).rows()] == [0.25, 0.08, 0.17] * 2


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            [Step(id="use", operator="share")],
            "there is no artifact `total` at this point. A step that fits one makes it",
        ),
        ([Step(id="use", operator="share"), FIT], "Step `fit` makes it later; move that one before."),
        (
            [FIT, Step(id="use", operator="share", artifacts={"total": "totl"})],
            "there is no artifact `totl` at this point. Did you mean `total`?",
        ),
        ([FIT], "step `fit`: nothing uses the artifact that it makes."),
        (
            [FIT, Step(id="use", operator="share", artifacts={"totl": "total"})],
            "`artifacts` names `totl`, but `share` has the artifacts `total`.",
        ),
    ],
)
def test_artifacts_that_do_not_fit_are_problems(registry_of: Any, steps: list[Step], message: str) -> None:
    found = [str(problem) for problem in check_pipeline(Pipeline(steps=steps), registry_of(*ALL))]
    assert any(message in problem for problem in found), found


def test_a_fit_under_another_table_name_is_an_alias(run: Any) -> None:
    steps = [
        FIT.model_copy(update={"outputs": {"rows": "fitted"}}),
        Step(id="use", operator="share", inputs={"rows": "fitted"}),
    ]
    pipeline = Pipeline(steps=steps, outputs=[OutputTable(), OutputTable(table="fitted")])
    ran = run(pipeline, ROWS, operators=ALL)
    assert ran.rows() == ROWS
    assert [row["share"] for row in ran.rows("fitted")] == [0.5, 0.17, 0.33]


def test_a_dataset_operator_over_several_tables_finds_it_in_its_context(run: Any) -> None:
    @dataset_operator(
        name="checks_total",
        kind="refine",
        phase="shape",
        example=EXAMPLE,
        tables_in=("rows", "more"),
        artifacts_in=("total",),
    )
    class ChecksTotal(DatasetOperator):
        """Fails unless the sum is there."""

        def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
            assert read(context.artifacts["total"]) == 6
            return DatasetResult({"rows": []}, unused_reason="checked")

    steps = [FIT, Step(id="use", operator="checks_total")]
    ran = run(
        Pipeline(sources=["rows", "more"], steps=steps), {"rows": ROWS, "more": ROWS}, operators=[*ALL, ChecksTotal]
    )
    assert ran.ledger("use").dropped == {"checked": 6}
