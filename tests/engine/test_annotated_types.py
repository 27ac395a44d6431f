"""Which Arrow types annotations stand for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired

import pyarrow as pa
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from corpusmith.engine.annotated_types import arrow_of_annotation, column_type_of, types_of_results


class Place(TypedDict):
    name: str
    at: NotRequired[list[float]]


class Person(BaseModel):
    age: int | None
    home: Place
    names: list[str] = Field(default_factory=list)


class Vague(TypedDict):
    name: str
    rest: dict[str, Any]


PLACE = pa.struct([("name", pa.string()), ("at", pa.list_(pa.float64()))])


@pytest.mark.parametrize(
    ("annotation", "dtype"),
    [
        (str, pa.string()),
        (float | None, pa.float64()),
        (Annotated[bool, "said"], pa.bool_()),
        (Literal["a", "b"], pa.string()),
        (Literal["a", 1], None),
        (datetime, pa.timestamp("us")),
        (list[float], pa.list_(pa.float64())),
        (list[list[int]] | None, pa.list_(pa.list_(pa.int64()))),
        (Place, PLACE),
        (list[Place], pa.list_(PLACE)),
        (Person, pa.struct([("age", pa.int64()), ("home", PLACE), ("names", pa.list_(pa.string()))])),
        (Vague, None),
        (list[Any], None),
        (list, None),
        (dict[str, int], None),
        (Any, None),
        (int | str, None),
    ],
)
def test_an_annotation_stands_for_a_type_or_leaves_it_open(annotation: Any, dtype: pa.DataType | None) -> None:
    assert arrow_of_annotation(annotation) == dtype


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (Vague, "struct"),
        (Person | None, "struct"),
        (dict, "struct"),
        (list, "list"),
        (list[Vague], "list"),
        (int | str, "any"),
        (Literal["a"], "text"),
    ],
)
def test_the_kind_of_a_column_is_known_where_its_type_is_not(annotation: Any, kind: str) -> None:
    assert column_type_of(annotation) == kind


def test_results_are_typed_one_by_one_and_by_the_child() -> None:
    floats, texts = pa.list_(pa.float64()), pa.list_(pa.string())
    assert types_of_results(list[float] | None, {"vector": "list"}, several=False) == {"vector": floats}
    assert types_of_results(tuple[str, list[str]] | None, {"a": "text", "b": "list"}, several=False) == {"b": texts}
    assert types_of_results(list[tuple[Place, int]], {"a": "struct", "b": "integer"}, several=True) == {"a": PLACE}
    assert types_of_results(list[list[str]], {"words": "list"}, several=True) == {"words": texts}


def test_what_is_declared_goes_before_what_is_annotated() -> None:
    assert types_of_results(list[float], {"vector": "any"}, several=False) == {}
    assert types_of_results(list[float], {"vector": "text"}, several=False) == {}
    assert types_of_results(tuple[int, int], {"a": "integer", "b": "list", "c": "list"}, several=False) == {}
