"""Lists and structs that operators write: real columns of a type that is known before the first row."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typing_extensions import TypedDict

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.columns import columns_of_schema
from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import BudgetReachedError
from corpusmith.engine.execution.steps.written_columns import array_of
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Pipeline, Step

EXAMPLE = Example(rows=[], becomes=[])
ASKED: Counter[str] = Counter()
LIMIT = [10**9]


class Word(TypedDict):
    text: str
    length: int | None


class Summary(BaseModel):
    words: list[str]
    longest: int | None = None


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def vector(text: str) -> list[float] | None:
    """Numbers, or what is none for some texts."""
    return {"bad": [1.0, "x"], "none": None, "int": [1, 2.5]}.get(text, [0.5, float(len(text))])  # type: ignore[return-value]


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def word(text: str) -> Word:
    """A struct; for some texts of other fields."""
    return {"text": text, "length": None, **({"more": 1} if text == "bad" else {})}  # type: ignore[typeddict-item]


@operator(kind="generate", phase="generate", rows="expand", writes={"word": "struct", "codes": "list"}, example=EXAMPLE)
def words(text: str) -> list[tuple[Word, list[int]]]:
    """A child per word."""
    return [({"text": word, "length": len(word)}, [ord(sign) for sign in word]) for word in text.split()]


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def summary(text: str) -> Summary:
    """A pydantic model."""
    return Summary(words=text.split(), longest=max(map(len, text.split()), default=None))


@operator(
    kind="evaluate",
    phase="annotate",
    example=EXAMPLE,
    writes={"named": "struct"},
    types=lambda params: {"named": pa.struct(dict.fromkeys(params.names, pa.int64()))},
)
def named_lengths(text: str, *, names: list[str]) -> dict[str, Any]:
    """Fields that a parameter names."""
    return dict.fromkeys(names, len(text))


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
async def asked_word(text: str, *, context: Context) -> list[Summary]:
    """Structs from something that is paid for."""
    if ASKED.total() >= LIMIT[0]:
        raise BudgetReachedError("No more.")
    ASKED[text] += 1
    return [Summary(words=[text, "é"]), Summary(words=[], longest=2**53 + 1)]


WORD = pa.struct([("text", pa.string()), ("length", pa.int64())])
SUMMARY = pa.struct([("words", pa.list_(pa.string())), ("longest", pa.int64())])


def step(name: str, **fields: Any) -> Step:
    return Step(id=name, operator=name, **fields)


def type_in(ran: Any, column: str) -> pa.DataType:
    return ran.execution.tables["rows"].schema.field(column).type


def test_a_list_holds_what_its_annotation_says_and_misfits_are_quarantined(run: Any) -> None:
    rows = [{"text": text} for text in ("a", "none", None, "bad", "int")]
    ran = run([step("vector")], rows, operators=[vector])
    assert type_in(ran, "vector") == pa.list_(pa.float64())
    assert [row["vector"] for row in ran.rows()] == [[0.5, 1.0], None, None, [1.0, 2.5]]
    (error,) = ran.quarantined("vector").values()
    assert "does not fit its declared type list" in error


def test_a_struct_has_the_fields_of_its_type_and_no_others(run: Any) -> None:
    ran = run([step("word")], [{"text": "a"}, {"text": "bad"}], operators=[word])
    assert type_in(ran, "word") == WORD
    assert [row["word"] for row in ran.rows()] == [{"text": "a", "length": None}]
    assert len(ran.quarantined("word")) == 1


def test_the_types_hold_where_there_is_no_row(run: Any) -> None:
    assert type_in(run([step("vector")], [{"text": None}], operators=[vector]), "vector") == pa.list_(pa.float64())


def test_children_have_typed_columns(run: Any) -> None:
    ran = run([step("words")], [{"text": "to be"}], operators=[words])
    assert (type_in(ran, "word"), type_in(ran, "codes")) == (WORD, pa.list_(pa.int64()))
    assert [row["word"] for row in ran.rows()] == [{"text": "to", "length": 2}, {"text": "be", "length": 2}]


def test_a_pydantic_model_becomes_a_struct(run: Any) -> None:
    ran = run([step("summary")], [{"text": "to be me"}, {"text": ""}], operators=[summary])
    assert type_in(ran, "summary") == SUMMARY
    assert [row["summary"] for row in ran.rows()] == [
        {"words": ["to", "be", "me"], "longest": 2},
        {"words": [], "longest": None},
    ]


def test_values_in_lists_get_a_list_of_typed_answers(run: Any) -> None:
    rows = [{"messages": [{"content": "a"}, {"content": "none"}]}]
    ran = run([step("vector", bind={"text": "messages[].content"})], rows, operators=[vector])
    assert type_in(ran, "vector") == pa.list_(pa.list_(pa.float64()))
    assert ran.rows()[0]["vector"] == [[0.5, 1.0], None]


def test_later_steps_bind_the_fields_of_a_struct_that_parameters_name(run: Any) -> None:
    steps = [step("named_lengths", params={"names": ["a b", "c"]}), step("number_value", bind={"value": "named.c"})]
    assert run(steps, [{"text": "abc"}], operators=[named_lengths]).rows()[0]["number_value"] == 3.0


def test_the_static_check_knows_the_fields_of_a_written_struct(registry_of: Any) -> None:
    def problems(name: str, path: str, **params: Any) -> list[str]:
        steps = [step(name, params=params), step("word_count", bind={"text": path})]
        schemas = {"rows": pa.schema([("text", pa.string())])}
        return [
            str(found) for found in check_pipeline(Pipeline(steps=steps), registry_of(word, named_lengths), schemas)
        ]

    assert problems("word", "word.text") == []
    assert "leads nowhere" in problems("word", "word.txt")[0]
    assert "holds integer" in problems("word", "word.length")[0]
    assert "leads nowhere" in problems("named_lengths", "named.b", names=["a"])[0]


def test_structs_that_were_paid_for_come_back_from_the_journal(run: Any, tmp_path: Any) -> None:
    ASKED.clear()
    rows = [{"text": str(number)} for number in range(100)]
    LIMIT[0] = 10**9
    whole = run([step("asked_word")], rows, operators=[asked_word]).rows()
    ASKED.clear()
    LIMIT[0] = 60
    with pytest.raises(BudgetReachedError):
        run([step("asked_word")], rows, operators=[asked_word], work=tmp_path / "work")
    LIMIT[0] = 10**9
    ran = run([step("asked_word")], rows, operators=[asked_word], work=tmp_path / "work")
    assert type_in(ran, "asked_word") == pa.list_(SUMMARY)
    assert ran.rows() == whole
    assert ran.rows()[7]["asked_word"][1] == {"words": [], "longest": 2**53 + 1}
    assert set(ASKED.values()) == {1}


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(width=64),
    st.text(max_size=3),
    st.binary(max_size=2),
)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.recursive(
    st.sampled_from([pa.string(), pa.int64(), pa.float64(), pa.bool_()]),
    lambda inner: st.one_of(
        inner.map(pa.list_), st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(lambda fields: pa.struct(fields))
    ),
    max_leaves=4,
)


def fitting(dtype: pa.DataType) -> st.SearchStrategy[Any]:
    """Values of a type, nulls among them."""
    if pa.types.is_list(dtype):
        return st.none() | st.lists(fitting(dtype.value_type), max_size=3)
    if pa.types.is_struct(dtype):
        return st.none() | st.fixed_dictionaries({field.name: fitting(field.type) for field in dtype})
    scalar = {
        pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
        pa.int64(): st.integers(-(2**63), 2**63 - 1),
        pa.float64(): st.floats(allow_nan=False),
        pa.bool_(): st.booleans(),
    }[dtype]
    return st.none() | scalar


@given(st.data(), TYPES)
def test_what_fits_a_type_is_carried_as_it_is(data: st.DataObject, dtype: pa.DataType) -> None:
    values = data.draw(st.lists(fitting(dtype), max_size=4))
    array, wrong = array_of(values, dtype, {})
    assert (array.to_pylist(), array.type, wrong) == (values, dtype, {})


@given(st.lists(VALUES, max_size=4), TYPES)
def test_a_value_is_carried_without_loss_or_is_an_error_of_its_row(values: list[Any], dtype: pa.DataType) -> None:
    array, wrong = array_of(values, dtype, {})
    assert (len(array), array.type) == (len(values), dtype)
    for position, (value, held) in enumerate(zip(values, array.to_pylist(), strict=True)):
        if position in wrong:
            assert held is None and value is not None
        elif not (isinstance(value, list | dict) and pa.types.is_string(dtype)):
            assert same(value, held)


def same(value: Any, held: Any) -> bool:
    """Whether nothing was lost: a field that was not there is null, and 1 may have become 1.0."""
    if isinstance(held, dict):
        return set(value) <= set(held) and all(same(value.get(name), part) for name, part in held.items())
    if isinstance(held, list):
        return isinstance(value, list) and len(value) == len(held) and all(map(same, value, held))
    if isinstance(value, bool) or isinstance(held, bool):
        return value is held
    if isinstance(value, float) and math.isnan(value):
        return isinstance(held, float) and math.isnan(held)
    return bool(value == held)


def test_the_columns_of_a_run_are_those_that_the_check_expects(run: Any) -> None:
    ran = run([step("word"), step("vector")], [{"text": "a"}], operators=[word, vector])
    assert columns_of_schema(ran.execution.tables["rows"].schema) == {
        "text": "text",
        "word": "struct",
        "vector": "list",
    }
