"""The static check: every kind of problem, all of them at once, each with what to do about it."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa
import pytest
from pydantic import Field

from corpusmith.engine.checking.static_check import Problem, assert_valid, check_pipeline
from corpusmith.engine.checking.step_check import named_columns
from corpusmith.engine.columns import ROW_ID, ColumnName
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, dataset_operator, operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import DatasetOperator, Example, Params
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])
SCHEMA = pa.schema(
    [
        ("content", pa.string()),
        ("id", pa.int64()),
        ("meta", pa.struct([("title", pa.string()), ("year", pa.int64())])),
        ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
    ]
)
TEXT = pa.schema([("text", pa.string())])


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, needs=("no_such_package", "llm"))
def needy(text: str) -> int:
    """Needs a package that nobody has."""
    return 0


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, needs=("no_such_package.inside",))
def needy_inside(text: str) -> int:
    """Needs a module of a package that nobody has."""
    return 0


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def similarity(first: str, second: str) -> float:
    """Compares two columns."""
    return 0.0


class ManyColumnsParams(Params):
    """Columns named in several ways."""

    one: Annotated[ColumnName | None, Field(description="One.")] = None
    several: list[ColumnName] = Field(default_factory=list, description="Several.")
    by_name: dict[ColumnName, list[ColumnName]] = Field(default_factory=dict, description="Columns by column.")
    no_column: list[str] = Field(default_factory=lambda: ["nothing"], description="No columns.")


@dataset_operator(
    name="two_tables", kind="refine", phase="ingest", example=EXAMPLE, reads={"text": "text"}, tables_out=("a", "b")
)
class TwoTables(DatasetOperator):
    """Makes two tables."""

    Params = ManyColumnsParams

    def run(self, tables: Any, context: Any) -> Any:
        raise NotImplementedError


@pytest.fixture
def registry(library: Registry) -> Registry:
    made = Registry()
    for known in library:
        if known.measure is None:
            made.add(known)
    declared: list[Any] = [needy, needy_inside, similarity, TwoTables]
    for subject in declared:
        made.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return made


def problems(registry: Registry, *steps: Step, schema: pa.Schema | None = SCHEMA, **pipeline: Any) -> list[str]:
    schemas = None if schema is None else {"rows": schema}
    return [str(problem) for problem in check_pipeline(Pipeline(steps=list(steps), **pipeline), registry, schemas)]


def step(name: str, **fields: Any) -> Step:
    return Step(**{"id": "s", "operator": name, **fields})


CONTENT = {"text": "content"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (step("word_cuont"), "there is no operator `word_cuont`. Did you mean `word_count`?"),
        (step("word_count", bind={"text": "contnet"}), "column `contnet` not found (has: `content`, `id`, `meta`, `messages`). Did you mean `content`?"),
        (step("word_count", bind={"text": "id"}), "`word_count` reads text, but column `id` holds integer."),
        (step("word_count", bind={"text": ROW_ID}), f"`{ROW_ID}` is the engine's own."),
        (step("word_count", bind={"txt": "content"}), "`bind` names `txt`, but `word_count` reads `text`."),
        (step("word_count", bind=CONTENT, write={"words": "n"}), "`write` names `words`, but `word_count` writes `word_count`."),
        (step("word_count", bind=CONTENT, write={"word_count": ROW_ID}), f"`{ROW_ID}` is the engine's own and cannot be written."),
        (step("word_count", bind=CONTENT, write={"word_count": "meta.words"}), "`write` cannot make the nested column `meta.words`"),
        (step("word_count", bind={"text": "meta.titel"}), "the path `meta.titel` leads nowhere in column `meta`"),
        (step("word_count", bind={"text": "meta.year"}), "`word_count` reads text, but `meta.year` holds integer."),
        (step("word_count", bind={"text": "messages.content"}), "the path `messages.content` leads nowhere"),
        (step("word_count", bind={"text": "messages[]."}), "`messages[].` is no column path."),
        (step("explode_list", bind={"value": "meta.title"}), "`explode_list` cannot be bound to the nested path `meta.title`."),
        (step("sort_by_length", bind={"text": "meta.title"}), "`sort_by_length` cannot be bound to the nested path"),
        (step("similarity", bind={"first": "content", "second": "messages[].content"}), "cannot be bound to the nested path `messages[].content`"),
        (step("word_count_filter", bind=CONTENT, params={"mim": 3}), "`word_count_filter` has no parameter `mim`. Did you mean `min`?"),
        (step("word_count_filter", bind=CONTENT, params={"min": "three"}), "parameters of `word_count_filter`: `min`: Input should be a valid integer"),
        (step("near_duplicates", bind=CONTENT, params={"threshold": 7}), "parameters of `near_duplicates`: `threshold`"),
        (step("sort_rows", params={"by": ["contents"]}), "column `contents` not found"),
        (step("drop_columns", params={"columns": ["content", "id", "meta", "messages"]}), "This drops every column."),
        (step("word_count", bind=CONTENT, inputs={"rows": "raws"}), "there is no table `raws` at this point. Did you mean `rows`?"),
        (step("word_count", bind=CONTENT, inputs={"left": "rows"}), "`inputs` names `left`, but `word_count` takes the tables `rows`."),
        (step("word_count", bind=CONTENT, outputs={"b": "rows"}), "`outputs` names `b`, but `word_count` gives the tables `rows`."),
        (step("needy", bind=CONTENT), "`needy` needs the package `no_such_package`: pip install no_such_package"),
        (step("needy_inside", bind=CONTENT), "needs the package `no_such_package.inside`"),
        (step("word_count", bind=CONTENT, lock="word_count@1+0000"), "`word_count` has changed since the pipeline was locked; lock it again"),
        (step("word_count", bind=CONTENT, outputs={"rows": "counted"}), "nothing uses what it makes"),
        (step("two_tables", bind=CONTENT), "the columns of `two_tables` cannot be bound"),
        (step("two_tables", outputs={"a": "x", "b": "x"}), "two tables are put under the name `x`."),
    ],
)  # fmt: skip
def test_each_kind_of_problem_is_said_in_a_sentence(registry: Registry, wrong: Step, message: str) -> None:
    found = problems(registry, wrong)
    assert any(problem.startswith("step `s`: ") and message in problem for problem in found), found


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ([OutputTable(table="row")], "the output table `row` is made by no step. Did you mean `rows`?"),
        ([OutputTable(split_column="split")], "the split column is missing: column `split` not found"),
        ([OutputTable(), OutputTable(format="jsonl")], "the output table `rows` is named twice."),
        ([OutputTable(table="../rows")], "`../rows` is no name for an output table"),
    ],
)
def test_wrong_outputs_are_problems(registry: Registry, outputs: list[OutputTable], message: str) -> None:
    assert any(message in problem for problem in problems(registry, outputs=outputs))


def test_all_problems_are_found_at_once(registry: Registry) -> None:
    found = problems(
        registry,
        step("word_count", id="b", bind={"text": "contnet"}, params={"x": 1}),
        step("sort_rows", id="b", params={"by": ["ids"]}),
        step("needy", id="c", bind=CONTENT, outputs={"rows": "lost"}),
        step("word_cuont", id="a"),
        outputs=[OutputTable(table="rosw")],
        sources=["rows", "more"],
    )
    expected = [
        "no input is given for the source `more`",
        "step `b`: another step has the same id",
        "step `a`: there is no operator",
        "step `b`: `word_count` has no parameter `x`",
        "step `b`: column `contnet`",
        "step `c`: `needy` needs the package",
        "the output table `rosw`",
        "step `c`: nothing uses",
    ]
    assert [text for text in expected if not any(problem.startswith(text) for problem in found)] == []


def test_columns_are_unknown_after_an_unknown_operator_and_nothing_is_made_up(registry: Registry) -> None:
    found = problems(registry, step("word_cuont", id="a"), step("sort_rows", id="b", params={"by": ["anything"]}))
    assert len(found) == 1


def test_inputs_and_sources_must_agree(registry: Registry) -> None:
    wrong = {"row": SCHEMA, "rows": pa.schema([(ROW_ID, pa.string())])}
    found = [str(problem) for problem in check_pipeline(Pipeline(), registry, wrong)]
    assert found[0] == "the pipeline has no source `row`. Did you mean `rows`?"
    assert f"has a column `{ROW_ID}`" in found[1]


def test_columns_are_followed_from_step_to_step(registry: Registry) -> None:
    assert not problems(
        registry,
        step("word_count", id="a", bind=CONTENT, write={"word_count": "words"}),
        step("in_range", id="b", bind={"value": "words"}),
        step("rename_columns", id="c", params={"mapping": {"content": "text", "words": "n"}}),
        step("change_case", id="d"),
        step("sort_rows", id="e", params={"by": ["n", "in_range"]}),
        step("split_rows", id="f", params={"fractions": {"train": 1.0}}),
        step("select_columns", id="g", params={"columns": ["text", "n", "split"]}),
        outputs=[OutputTable(split_column="split", splits=["train"])],
    )
    gone = problems(
        registry,
        step("drop_columns", id="a", params={"columns": ["content"]}),
        step("word_count", id="b", bind=CONTENT),
    )
    assert gone == ["step `b`: column `content` not found (has: `id`, `meta`, `messages`)."]


def test_nested_columns_keep_their_type_and_measures_of_lists_are_lists(registry: Registry) -> None:
    each = step("word_count", id="a", bind={"text": "messages[].content"})
    assert not problems(registry, each, step("explode_list", id="b", bind={"value": "word_count"}))
    assert (
        "holds list"
        in problems(registry, each, step("in_range", id="b"), step("word_count", id="c", bind={"text": "word_count"}))[
            -1
        ]
    )
    refined = step("change_case", id="a", bind={"text": "messages[].content"})
    assert not problems(registry, refined, step("word_count", id="b", bind={"text": "messages[].content"}))
    replaced = step("to_text", id="a", bind={"value": "meta"})
    assert not problems(registry, replaced, step("word_count", id="b", bind={"text": "meta"}))


def test_each_table_is_checked_with_its_own_columns(registry: Registry) -> None:
    steps = [
        step("word_count", id="a", bind={"text": "meta.title"}, inputs={"rows": "more"}),
        step("concat_tables", id="b", inputs={"first": "rows", "second": "more"}),
    ]
    other = pa.schema([("meta", pa.struct([("name", pa.string())]))])
    found = check_pipeline(Pipeline(sources=["rows", "more"], steps=steps), registry, {"rows": SCHEMA, "more": other})
    assert [problem.message for problem in found if "leads nowhere" in problem.message]


def test_a_join_looks_for_columns_in_both_tables(registry: Registry) -> None:
    join = step("join_tables", params={"on": ["idd"]}, inputs={"left": "rows", "right": "rows"})
    assert "`idd` not found" in problems(registry, join)[0]


def test_one_used_table_of_several_is_enough(registry: Registry) -> None:
    assert not problems(registry, step("two_tables"), schema=TEXT, outputs=[OutputTable(table="b")])
    assert "nothing uses" in problems(registry, step("two_tables"), schema=TEXT)[0]


def test_without_columns_the_rest_is_still_checked(registry: Registry) -> None:
    found = problems(registry, step("word_count", bind={"text": "anything"}, params={"x": 1}), schema=None)
    assert len(found) == 1


def test_a_valid_lock_is_accepted_and_all_problems_are_one_error(registry: Registry) -> None:
    pipeline = Pipeline(steps=[step("word_count", bind=CONTENT)]).locked(registry)
    assert_valid(pipeline, registry, {"rows": SCHEMA})
    with pytest.raises(UserError, match=r"cannot run.*`a`.*; .*`b`"):
        assert_valid(Pipeline(steps=[step("x", id="a"), step("y", id="b")]), registry, {"rows": SCHEMA})


def test_a_problem_reads_as_a_sentence_with_or_without_a_step() -> None:
    assert (str(Problem("a", "wrong.")), str(Problem(None, "wrong."))) == ("step `a`: wrong.", "wrong.")


def test_parameters_name_columns_in_lists_and_dictionaries() -> None:
    params = ManyColumnsParams(one="a", several=["b", "c"], by_name={"d": ["e"]})
    assert [*named_columns(params)] == ["a", "b", "c", "d", "e"]
    assert [*named_columns(ManyColumnsParams())] == []
