from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.engine.declare import OPERATOR_ATTRIBUTE
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import Operator
from corpusmith.operator_library.core.columns import drop_columns, rename_columns, select_columns

FRAME = pa.table({"id": [1, 2], "text": ["007", None], "score": [0.5, 1.0]})


def declared(function: Any) -> Operator:
    made: Operator = getattr(function, OPERATOR_ATTRIBUTE)
    return made


def columns_after(function: Any, params: dict[str, Any]) -> dict[str, str]:
    made = declared(function)
    return made.columns_after({"id": "integer", "text": "text", "score": "number"}, made.params(**params), {})


def test_columns_are_kept_in_the_order_in_which_they_are_named() -> None:
    assert select_columns(FRAME, columns=["text", "id"]).to_pydict() == {"text": ["007", None], "id": [1, 2]}


def test_dropping_keeps_the_order_of_the_others() -> None:
    assert drop_columns(FRAME, columns=["text"]).column_names == ["id", "score"]


def test_renaming_keeps_place_and_values_and_two_columns_may_swap() -> None:
    renamed = rename_columns(FRAME, mapping={"id": "text", "text": "id"})
    assert renamed.to_pydict() == {"text": [1, 2], "id": ["007", None], "score": [0.5, 1.0]}


@pytest.mark.parametrize(
    ("call", "params"),
    [
        (select_columns, {"columns": ["txt"]}),
        (drop_columns, {"columns": ["txt"]}),
        (rename_columns, {"mapping": {"txt": "content"}}),
    ],
)
def test_an_unknown_column_is_answered_with_the_nearest_name(call: Any, params: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"`txt` not found.*Did you mean `text`\?"):
        call(FRAME, **params)


def test_two_columns_of_one_name_and_a_table_without_columns_are_refused() -> None:
    with pytest.raises(UserError, match="Two columns would be called `text`"):
        rename_columns(FRAME, mapping={"id": "text"})
    with pytest.raises(UserError, match="drops every column"):
        drop_columns(FRAME, columns=["id", "text", "score"])


@pytest.mark.parametrize(
    ("call", "params", "said"),
    [
        (select_columns, {"columns": []}, "at least 1"),
        (select_columns, {"columns": ["id", "id"]}, "names the column `id` twice"),
        (rename_columns, {"mapping": {"id": " "}}, "not blank"),
        (rename_columns, {"mapping": {"id": "__row_id__"}}, "reserved"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused_before_the_run(
    call: Any, params: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        declared(call).params(**params)


@given(st.permutations(["id", "text", "score"]), st.integers(1, 2))
def test_the_plan_foresees_the_columns_that_come_out(names: list[str], count: int) -> None:
    for call, params in (
        (select_columns, {"columns": names[:count]}),
        (drop_columns, {"columns": names[:count]}),
        (rename_columns, {"mapping": {names[0]: names[1], names[1]: names[0], names[2]: "new"}}),
    ):
        assert list(columns_after(call, params)) == call(FRAME, **params).column_names


def test_the_plan_knows_the_types_under_the_new_names() -> None:
    assert columns_after(rename_columns, {"mapping": {"text": "content"}})["content"] == "text"
