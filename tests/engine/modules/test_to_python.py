"""From a pipeline to a class and back: the code that is written traces to the same hash, whatever the names are."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpusmith.engine.modules import Module, trace
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step, TopUp
from corpusmith.engine.registry import Registry

AWKWARD = [
    "rows",
    "self",
    "op",
    "class",
    "a b",
    "007",
    "__x",
    "é",
    "ﬁ",
    "into",
    "id",
    "made",
    "output",
    "print",
    "a-b",
    "A_b",
]
NAME = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NAME,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=6,
)
FEW = st.sampled_from(["rows", "docs", "a b"]) | NAME
TABLES = st.dictionaries(st.sampled_from(["rows", "left", "right", "first", "into", "odd one"]), FEW, max_size=2)
BINDINGS = st.dictionaries(NAME, NAME, max_size=2)
STEPS = st.builds(
    Step,
    id=NAME,
    operator=st.sampled_from(["word_count", "join_tables", "concat_tables", "sort_rows", "no such", "lambda"]) | NAME,
    params=st.dictionaries(NAME, VALUES, max_size=3),
    bind=BINDINGS,
    write=BINDINGS,
    inputs=TABLES,
    outputs=TABLES,
    artifacts=BINDINGS,
    resources=BINDINGS,
    serves=st.lists(NAME, max_size=1),
    lock=st.none() | NAME,
)
OUTPUTS = st.builds(
    OutputTable,
    table=FEW,
    format=st.sampled_from(["parquet", "jsonl"]),
    split_column=st.none() | NAME,
    splits=st.lists(NAME, max_size=2),
)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    steps = draw(st.lists(STEPS, max_size=4))
    top_ups = []
    if steps and draw(st.booleans()):
        steps = [step.model_copy(update={"id": f"{step.id}{at}"}) for at, step in enumerate(steps)]
        first = draw(st.integers(0, len(steps) - 1))
        ids = [step.id for step in steps[first : draw(st.integers(first + 1, len(steps)))]]
        top_ups = [TopUp(steps=ids, table=draw(FEW), until=draw(st.integers(1, 9)), max_rounds=draw(st.integers(1, 9)))]
    return Pipeline(
        name=draw(NAME),
        seed=draw(st.integers()),
        models=draw(BINDINGS),
        sources=draw(st.lists(FEW, max_size=3)),
        inline=draw(st.dictionaries(FEW, st.lists(st.dictionaries(NAME, VALUES, max_size=2), max_size=2), max_size=1)),
        steps=steps,
        top_ups=top_ups,
        outputs=draw(st.lists(OUTPUTS, max_size=2)),
    )


def executed(code: str) -> Module:
    """The module that the code defines."""
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(code, "generated", "exec"), space)  # noqa: S102 (our own code is what is tested)
    (made,) = [
        value
        for value in space.values()
        if isinstance(value, type) and issubclass(value, Module) and value is not Module
    ]
    return made()


@given(pipeline=pipelines())
@settings(max_examples=100)
@example(Pipeline(sources=["a", "a"], steps=[Step(id="x", operator="y", inputs={"rows": "a"})]))
def test_the_class_of_any_pipeline_traces_to_the_same_hash(library: Registry, pipeline: Pipeline) -> None:
    made = trace(executed(pipeline.to_python(library)), library)
    assert made.hash == pipeline.hash
    assert (made.name, [step.serves for step in made.steps]) == (pipeline.name, [s.serves for s in pipeline.steps])


@given(pipeline=pipelines())
@settings(max_examples=50)
def test_without_a_registry_on_both_sides_the_hash_is_the_same_too(pipeline: Pipeline) -> None:
    assert trace(executed(pipeline.to_python())).hash == pipeline.hash
