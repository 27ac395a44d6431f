"""Classes whose ``forward`` composes operators: what they trace to, and what ``forward`` cannot do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.modules import Dataset, Module, OperatorCall, output, to_python, top_up, trace
from corpusmith.engine.modules import operators as op
from corpusmith.engine.pipeline import Pipeline
from corpusmith.engine.registry import Registry


class Clean(Module, name="clean", seed=7):
    def __init__(self) -> None:
        self.normalize = op.normalize_whitespace(bind={"text": "body"})
        self.length = op.word_count_filter(min=20, bind={"text": "body"})

    def forward(self, rows: Dataset) -> Dataset:
        return self.length(self.normalize(rows))


def module_of(forward: Callable[..., Any], **attributes: Any) -> Module:
    """A module with a ``forward`` and attributes."""
    made = type("Made", (Module,), {"forward": forward})()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def same(module: Module, text: str, library: Registry) -> None:
    """Both forms are the same pipeline, and the class that is written for it is it too."""
    expected = Pipeline.from_yaml(text)
    made = module.pipeline(library)
    assert made.model_dump(exclude={"name"}) == expected.model_dump(exclude={"name"})
    assert made.hash == expected.hash


def test_a_class_is_the_same_pipeline_as_its_yaml_form(library: Registry) -> None:
    same(
        Clean(),
        """
        seed: 7
        steps:
        - {id: normalize, operator: normalize_whitespace, bind: {text: body}}
        - {id: length, operator: word_count_filter, params: {min: 20}, bind: {text: body}}
        """,
        library,
    )
    assert Clean().pipeline(library).name == "clean"


def test_a_branch_gets_a_table_of_its_own_and_a_join_brings_two_together(library: Registry) -> None:
    def forward(self: Any, rows: Dataset, docs: Dataset) -> Any:
        short = self.short(rows)
        joined = self.joined(self.long(rows), docs)
        return {"joined": output(joined, format="jsonl"), "short": short}

    same(
        module_of(
            forward,
            short=op.word_count_filter(max=5),
            long=op.word_count_filter(min=6),
            joined=op.join_tables(on=["id"]),
        ),
        """
        sources: [rows, docs]
        steps:
        - {id: short, operator: word_count_filter, params: {max: 5}, outputs: {rows: short}}
        - {id: long, operator: word_count_filter, params: {min: 6}}
        - id: joined
          operator: join_tables
          params: {on: [id]}
          inputs: {left: rows, right: docs}
          outputs: {rows: joined}
        outputs:
        - {table: joined, format: jsonl}
        - {table: short}
        """,
        library,
    )


def test_a_branch_without_a_name_is_called_after_its_step(library: Registry) -> None:
    def forward(self: Any, rows: Dataset) -> list[Dataset]:
        return [self.short(rows), self.long(rows)]

    made = module_of(forward, short=op.word_count_filter(max=5), long=op.word_count_filter(min=6)).pipeline(library)
    assert [each.table for each in made.outputs] == ["short", "rows"]


def test_an_operator_that_is_used_again_gets_an_id_that_nothing_else_has(library: Registry) -> None:
    def forward(self: Any, rows: Dataset) -> Dataset:
        once = self.tidy(rows)
        twice = self.tidy(once, bind={"text": "title"})
        return op.normalize_whitespace()(self.tidy_2(self.tidy(twice)))

    made = trace(module_of(forward, tidy=op.normalize_whitespace(), tidy_2=op.normalize_unicode()), library)
    assert [step.id for step in made.steps] == ["tidy", "tidy_3", "tidy_4", "tidy_2", "normalize_whitespace"]
    assert made.steps[1].bind == {"text": "title"}


def test_modules_and_lists_of_operators_compose(library: Registry) -> None:
    class Both(Module):
        def __init__(self) -> None:
            self.clean = Clean()
            self.more = [op.exact_duplicates(), op.sort_by_length()]

        def forward(self, rows: Dataset) -> Dataset:
            rows = self.clean(rows)
            for step in self.more:
                rows = step(rows)
            return rows

    made = trace(Both(), library)
    assert [step.id for step in made.steps] == ["clean.normalize", "clean.length", "more.0", "more.1"]
    assert (made.name, made.seed) == ("Both", 0)


def test_a_named_tuple_names_the_outputs(library: Registry) -> None:
    class Parts(NamedTuple):
        kept: Any
        rows: Any

    made = trace(module_of(lambda self, rows: Parts(self.a(rows), rows), a=op.word_count_filter(min=3)), library)
    assert [each.table for each in made.outputs] == ["kept", "rows"]
    assert made.steps[0].outputs == {"rows": "kept"}


def test_a_top_up_repeats_a_segment(library: Registry) -> None:
    class Enough(Module, inline={"topics": [{"text": "a"}]}):
        def __init__(self) -> None:
            self.make = op.word_count()
            self.unique = op.exact_duplicates()

        def forward(self, topics: Dataset) -> Dataset:
            return top_up(self.segment, until=50, max_rounds=3)(topics)

        def segment(self, topics: Dataset) -> Dataset:
            return self.unique(self.make(topics))

    same(
        Enough(),
        """
        inline: {topics: [{text: a}]}
        steps:
        - {id: make, operator: word_count, inputs: {rows: topics}}
        - {id: unique, operator: exact_duplicates, inputs: {rows: topics}}
        top_ups:
        - {steps: [make, unique], table: topics, until: 50, max_rounds: 3}
        outputs:
        - {table: topics}
        """,
        library,
    )


def test_artifacts_go_from_the_step_that_fits_them_to_those_that_use_them() -> None:
    def forward(self: Any, rows: Dataset) -> Dataset:
        first, second = self.first(rows), self.second(rows)
        return self.use(second, model=first.artifact("model"), other=second.artifact("model"))

    made = trace(module_of(forward, first=op.fit(), second=op.fit(), use=op.score()))
    assert [step.artifacts for step in made.steps] == [
        {},
        {"model": "second.model"},
        {"other": "second.model"},
    ]


def test_the_readable_form_says_no_more_than_it_must(library: Registry) -> None:
    assert to_python(Clean().pipeline(library), library, why={"length": "short texts teach\nnothing"}) == (
        "from corpusmith.engine.modules import Dataset, Module\n"
        "from corpusmith.engine.modules import operators as op\n"
        "\n\n"
        'class Clean(Module, name="clean", seed=7):\n'
        "    def __init__(self) -> None:\n"
        '        self.normalize = op.normalize_whitespace(bind={"text": "body"})\n'
        "        # short texts teach nothing\n"
        '        self.length = op.word_count_filter(min=20, bind={"text": "body"})\n'
        "\n"
        "    def forward(self, rows: Dataset) -> Dataset:\n"
        "        rows = self.normalize(rows)\n"
        "        rows = self.length(rows)\n"
        "        return rows\n"
    )


LOOKS = {
    "if": lambda rows: rows if rows else None,
    "len": len,
    "for": lambda rows: list(rows),
    "in": lambda rows: 3 in rows,
    "index": lambda rows: rows["text"],
    "compare": lambda rows: rows > 3,
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_forward_that_looks_at_rows_is_told_why_it_cannot(look: str, library: Registry) -> None:
    with pytest.raises(UserError, match="before any row is read"):
        trace(module_of(lambda self, rows: LOOKS[look](rows)), library)


def elsewhere(self: Any, rows: Dataset) -> Any:
    """Returns a dataset of another trace."""
    kept: list[Dataset] = []
    trace(module_of(lambda self, rows: kept.append(rows) or rows))
    return op.word_count()(kept[0])


WRONG: dict[str, tuple[Callable[..., Any], str]] = {
    "returns nothing": (lambda self, rows: None, "returned NoneType"),
    "returns rows": (lambda self, rows: {"rows": [{"a": 1}]}, "was given list"),
    "takes what is no dataset": (lambda self, rows: op.word_count()([{"text": "a"}]), "was given list"),
    "takes more than there is": (lambda self, rows: op.word_count()(rows, rows), "given 2 datasets"),
    "takes any number": (lambda self, *rows: rows[0], "which is no source"),
    "a dataset of another": (elsewhere, "another pipeline"),
    "no such table": (lambda self, rows: op.word_count()(rows).table("more"), "makes no table `more`"),
    "nothing fitted": (lambda self, rows: op.word_count()(rows).artifact("model"), "fits no `model`"),
    "a name that is in use": (
        lambda self, rows: op.join_tables(on=["id"])(op.word_count()(rows, into="rows"), rows),
        "cannot be called `rows`",
    ),
    "two names for one": (lambda self, rows: {"a": rows}, "has another name"),
    "an empty top-up": (lambda self, rows: top_up(lambda rows: rows, until=3)(rows), "repeats no step"),
    "an unknown format": (lambda self, rows: output(rows, format="xls"), "`outputs.0.format`|format"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_connected_is_refused(wrong: str, library: Registry) -> None:
    forward, message = WRONG[wrong]
    with pytest.raises(UserError, match=message):
        trace(module_of(forward), library)


def test_a_class_without_forward_and_a_step_called_forward_are_refused() -> None:
    with pytest.raises(UserError, match="has no `forward`"):
        trace(Module())
    for name in ("forward", "pipeline", "keywords"):
        with pytest.raises(UserError, match="cannot be called"):
            setattr(Clean(), name, op.word_count())


def test_an_operator_outside_of_a_pipeline_is_refused() -> None:
    rows = object()
    with pytest.raises(UserError, match="outside of a pipeline"):
        OperatorCall("word_count")(rows)  # type: ignore[arg-type]


def test_all_problems_come_at_once(library: Registry) -> None:
    module = module_of(lambda self, rows: self.a(self.b(rows)), a=op.wrod_count(), b=op.word_count_filter(minimum=3))
    with pytest.raises(UserError, match=r"(?s)`minimum`.*Did you mean `word_count`"):
        module.pipeline(library)
