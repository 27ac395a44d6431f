"""What the decorators make of a function or a class."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pydantic import Field, ValidationError

from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, dataset_operator, operator
from corpusmith.engine.operator import Example, Operator, Params, Phase, SelectionOperator

EXAMPLE = Example(rows=[], becomes=[])


def declared(subject: Any, **traits: Any) -> Operator:
    made = operator(**{"kind": "evaluate", "phase": "annotate", "example": EXAMPLE, **traits})(subject)
    found: Operator = getattr(made, OPERATOR_ATTRIBUTE)
    return found


def value_form(
    text: str, score: float | None, anything: Any, *, limit: Annotated[int, Field(ge=1)] = 3, required: str
) -> dict[str, int]:
    """One line
    in two.

    And more.
    """
    return {}


def positional_context(text: str, context: Context) -> bool:
    """Takes the context by position."""
    return True


async def asynchronous(text: str, *, context: Context) -> str:
    """Waits."""
    return text


def pandas_form(frame: pd.DataFrame) -> pd.DataFrame:
    """A pandas frame."""
    return frame


def polars_form(frame: pl.DataFrame, *, strict: bool = True) -> pl.DataFrame:
    """A polars frame."""
    return frame


def arrow_form(table: pa.Table) -> pa.Table:
    """An Arrow table."""
    return table


def test_positional_parameters_are_columns_and_keywords_are_parameters() -> None:
    made = declared(value_form)
    assert made.reads == {"text": "text", "score": "number", "anything": "any"}
    assert made.writes == {"value_form": "struct"}
    assert made.nullable == {"score", "anything"}
    assert (made.form, made.rows, made.phase) == ("value", "map", Phase.annotate)
    assert made.summary == "One line in two."
    assert made.params(required="x").arguments() == {"limit": 3, "required": "x"}
    for wrong in ({}, {"required": "x", "limit": 0}, {"required": "x", "other": 1}):
        with pytest.raises(ValidationError):
            made.params(**wrong)


def test_the_context_is_neither_a_column_nor_a_parameter() -> None:
    for function in (positional_context, asynchronous):
        made = declared(function)
        assert (made.reads, made.params.model_fields, made.takes_context) == ({"text": "text"}, {}, True)
        assert made.is_async is (function is asynchronous)


@pytest.mark.parametrize(
    ("function", "frame_type"), [(pandas_form, "pandas"), (polars_form, "polars"), (arrow_form, "arrow")]
)
def test_the_annotation_of_a_frame_chooses_the_form(function: Any, frame_type: str) -> None:
    made = declared(function, kind="refine", reads={"text": "text"}, writes={"size": "integer"})
    assert (made.form, made.frame_type, made.reads, made.writes) == (
        "frame",
        frame_type,
        {"text": "text"},
        {"size": "integer"},
    )
    whole = declared(function, kind="refine", reads="*")
    assert (whole.whole_frame, whole.reads, whole.writes) == (True, {}, {})


def test_a_refinement_writes_what_it_reads_and_a_filter_nothing() -> None:
    assert declared(asynchronous, kind="refine").writes == {"text": "text"}
    assert declared(asynchronous, kind="filter").writes == {}
    assert declared(asynchronous, kind="filter").rows == "filter"


def unsaid(text: str, *, limit=3) -> int:  # type: ignore[no-untyped-def]
    """One parameter is not annotated."""
    return 0


def no_columns(*, limit: int = 3) -> int:
    """Reads nothing."""
    return 0


def other_name(text: str, *, surroundings: Context) -> int:
    """Calls its context something else."""
    return 0


def undocumented(text: str) -> int:
    return 0


@pytest.mark.parametrize(
    ("function", "traits", "message"),
    [
        (unsaid, {}, "`unsaid` does not say what `limit` is"),
        (no_columns, {}, "`no_columns` reads no column"),
        (other_name, {}, "must call its context parameter `context`"),
        (undocumented, {}, "`undocumented` has no docstring"),
        (pandas_form, {}, "must declare `reads`"),
        (pandas_form, {"reads": {"text": "text"}, "rows": "expand"}, "cannot expand rows"),
    ],
)
def test_a_signature_that_fits_no_form_is_refused(function: Any, traits: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        declared(function, **traits)


def test_a_class_declares_a_dataset_operator_with_its_parameters() -> None:
    @dataset_operator(name="picky", kind="filter", phase=Phase.select, example=EXAMPLE, reads={"text": "text"})
    class Picky(SelectionOperator):
        """Chooses."""

        class Params(Params):
            count: int = 3

        def select(self, rows: Any, context: Any) -> Any:
            raise NotImplementedError

    made = Picky.operator
    assert (made.name, made.form, made.rows, made.tables_in, made.tables_out) == (
        "picky",
        "dataset",
        "dataset",
        ("rows",),
        ("rows",),
    )
    assert made.params().arguments() == {"count": 3}


def test_declaring_operators_loads_no_frame_library() -> None:
    code = "import sys, corpusmith.engine.registry; print({'pandas', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
