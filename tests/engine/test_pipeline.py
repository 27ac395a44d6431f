"""A pipeline is data: its YAML form, its hash, its lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.engine.errors import UserError
from corpusmith.engine.identity import lock_of
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step, TopUp
from corpusmith.engine.registry import Registry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
BINDINGS = st.dictionaries(TEXT, TEXT, max_size=2)
STEPS = st.builds(
    Step,
    id=TEXT.filter(bool),
    operator=TEXT.filter(bool),
    params=st.dictionaries(TEXT, VALUES, max_size=3),
    bind=BINDINGS,
    write=BINDINGS,
    inputs=BINDINGS,
    outputs=BINDINGS,
    artifacts=BINDINGS,
    resources=BINDINGS,
    serves=st.lists(TEXT, max_size=2),
    lock=st.none() | TEXT.filter(bool),
)
OUTPUTS = st.builds(
    OutputTable,
    table=TEXT,
    format=st.sampled_from(["parquet", "jsonl"]),
    split_column=st.none() | TEXT,
    splits=st.lists(TEXT, max_size=2),
)
TOP_UPS = st.builds(
    TopUp,
    steps=st.lists(TEXT, min_size=1, max_size=2),
    table=TEXT,
    until=st.integers(1, 100),
    max_rounds=st.integers(1, 100),
)
PIPELINES = st.builds(
    Pipeline,
    name=TEXT,
    seed=st.integers(),
    models=BINDINGS,
    sources=st.lists(TEXT, max_size=2),
    inline=st.dictionaries(TEXT, st.lists(st.dictionaries(TEXT, VALUES, max_size=2), max_size=2), max_size=2),
    top_ups=st.lists(TOP_UPS, max_size=2),
    steps=st.lists(STEPS, max_size=3),
    outputs=st.lists(OUTPUTS, max_size=2),
)


@given(pipeline=PIPELINES)
def test_the_yaml_form_gives_the_pipeline_back_with_its_hash(pipeline: Pipeline) -> None:
    again = Pipeline.from_yaml(pipeline.to_yaml())
    assert again == pipeline
    assert again.hash == pipeline.hash


def test_fields_that_say_nothing_stay_out_of_the_yaml_form() -> None:
    written = Pipeline(steps=[Step(id="a", operator="word_count")]).to_yaml()
    assert not [name for name in ("inline", "top_ups", "models", "artifacts", "splits", "null") if name in written]


BASE = Pipeline(steps=[Step(id="a", operator="word_count", params={"x": 1}, lock="word_count@1+00")])


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"sources": ["rows", "more"]},
        {"models": {"default": "m"}},
        {"inline": {"rows": [{"n": 1}]}},
        {"top_ups": [TopUp(steps=["a"], until=5)]},
        {"outputs": [OutputTable(format="jsonl")]},
        {"steps": []},
        *(
            {"steps": [BASE.steps[0].model_copy(update=update)]}
            for update in (
                {"params": {"x": 2}},
                {"params": {"x": "1"}},
                {"params": {"x": True}},
                {"params": {"x": 1 + 2**70}},
                {"bind": {"text": "b"}},
                {"write": {"text": "b"}},
                {"inputs": {"rows": "b"}},
                {"artifacts": {"model": "b"}},
                {"resources": {"file": "00"}},
                {"outputs": {"rows": "b"}},
                {"lock": "word_count@1+01"},
                {"id": "b"},
            )
        ),
    ],
)
def test_the_hash_changes_with_what_decides_the_result(change: dict[str, Any]) -> None:
    assert BASE.model_copy(update=change).hash != BASE.hash


def test_the_hash_does_not_change_with_what_decides_nothing() -> None:
    served = BASE.steps[0].model_copy(update={"serves": ["criterion"]})
    assert BASE.model_copy(update={"name": "other", "steps": [served]}).hash == BASE.hash
    turned = Pipeline(steps=[Step(id="a", operator="b", params={"y": 1, "x": {"d": 1, "c": 2}})])
    assert turned.hash == Pipeline(steps=[Step(id="a", operator="b", params={"x": {"c": 2, "d": 1}, "y": 1})]).hash


def test_text_that_looks_like_something_else_stays_text() -> None:
    odd = ["007", "yes", "1e3", "null", "~", "2020-01-01", "0x1f", "", " ", "a: b", "# c", "é\u2028\u0085\x00"]
    pipeline = Pipeline(steps=[Step(id="a", operator="b", params={"values": odd})])
    assert Pipeline.from_yaml(pipeline.to_yaml()).steps[0].params == {"values": odd}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: [", "is not YAML"),
        ("- a", "holds no pipeline"),
        ("", "holds no pipeline"),
        ("steps: [{id: a}]\nseed: x\nfoo: 1", r"`steps.0.operator`: .*; .*`foo`: "),
        ("version: 2", "`version`"),
        ("outputs: [{format: xlsx}]", "`outputs.0.format`"),
        ("!!python/object/apply:os.system [true]", "is not YAML"),
    ],
)
def test_a_text_that_is_no_pipeline_is_refused_with_every_wrong_field(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Pipeline.from_yaml(text)


def test_a_pipeline_is_read_from_a_file_or_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(BASE.to_yaml())
    assert Pipeline.from_file(tmp_path / "p.yaml") == BASE
    (tmp_path / "broken.yaml").write_bytes(b"\xff\xfe")
    for name in ("absent.yaml", "broken.yaml"):
        with pytest.raises(UserError, match=name):
            Pipeline.from_file(tmp_path / name)


def test_a_locked_pipeline_holds_the_identity_of_every_operator(library: Registry) -> None:
    pipeline = Pipeline(steps=[Step(id="a", operator="word_count"), Step(id="b", operator="sort_rows")])
    locked = pipeline.locked(library)
    assert [step.lock for step in locked.steps] == [lock_of(library.get(name)) for name in ("word_count", "sort_rows")]
    assert locked.locked(library) == locked == Pipeline.from_yaml(locked.to_yaml())
    with pytest.raises(UserError, match="Did you mean `word_count`"):
        Pipeline(steps=[Step(id="a", operator="word_cuont")]).locked(library)


def test_a_pipeline_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        BASE.seed = 3


@pytest.mark.parametrize(
    ("fields", "reads", "gives"),
    [
        ({}, "rows", "rows"),
        ({"inputs": {"rows": "a"}}, "a", "a"),
        ({"outputs": {"rows": "b"}}, "rows", "b"),
        ({"inputs": {"rows": "a"}, "outputs": {"rows": "b"}}, "a", "b"),
    ],
)
def test_a_step_puts_its_table_back_where_it_took_it(fields: dict[str, Any], reads: str, gives: str) -> None:
    step = Step(id="a", operator="b", **fields)
    assert (step.input_table(), step.output_table()) == (reads, gives)
    assert (step.input_table("left"), step.output_table("rest")) == ("left", "rest")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stepps: []", "Did you mean `steps`?"),
        ("steps: [{id: a, operatr: word_count}]", "Did you mean `operator`?"),
        ("outputs: [{tabel: rows}]", "Did you mean `table`?"),
    ],
)
def test_an_unknown_field_is_told_with_the_nearest_one(text: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        Pipeline.from_yaml(text)
    assert told in str(caught.value)
