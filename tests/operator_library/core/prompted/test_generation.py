from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.errors import RowError, UserError
from corpusmith.engine.gateway.endpoint.wire import WireAnswer
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.models import Usage
from corpusmith.operator_library.core.prompted.generation import prompted_generation

Run = Callable[..., Any]


def test_the_answer_becomes_a_column_without_the_space_around_it(run: Run) -> None:
    ran = run(
        "prompted_generation", [{"input": "sea"}, {"input": None}], " A riddle. \n", prompt="Riddle on {{ input }}"
    )
    assert ran.rows == [{"input": "sea", "generated": "A riddle."}, {"input": None, "generated": None}]
    assert len(ran.requests) == 1


def test_a_prompt_names_columns_and_shows_no_others(run: Run) -> None:
    rows = [{"question": "2+2?", "level": 3, "secret": "hush"}]
    ran = run("prompted_generation", rows, "4", prompt="Answer {{ question }} at level {{ level }}")
    assert "question>\n2+2?\n" in ran.asked()
    assert "level>\n3\n" in ran.asked()
    assert "hush" not in ran.asked()
    assert ran.rows == [{**rows[0], "generated": "4"}]


def test_a_prompt_names_what_the_step_binds(run: Run) -> None:
    rows = [{"title": "Sums", "meta": {"query": "2+2?"}, "messages": [{"content": "a"}, {"content": "b"}]}]
    ran = run(
        "prompted_generation",
        rows,
        "4",
        prompt="{{ title }}: {{ question }} {{ said }}",
        bind={"question": "meta.query", "said": "messages[].content"},
    )
    assert "title>\nSums\n" in ran.asked()
    assert "question>\n2+2?\n" in ran.asked()
    assert 'said>\n["a","b"]\n' in ran.asked()


def test_a_prompt_that_names_nothing_shows_what_is_bound_or_else_all(run: Run) -> None:
    rows = [{"title": "Sums", "text": "2+2", "secret": "hush"}]
    bound = run("prompted_generation", rows, "4", prompt="Sum it up.", bind={"heading": "title", "body": "text"})
    assert "heading>\nSums\n" in bound.asked()
    assert "hush" not in bound.asked()
    assert "secret>\nhush\n" in run("prompted_generation", rows, "4", prompt="Sum it up.").asked()


def test_a_column_that_is_only_asked_for_need_not_be_there(run: Run) -> None:
    prompt = "{{ text }}{% if title is defined %} under {{ title }}{% endif %} {{ tone | default('plain') }}"
    assert "plain" in run("prompted_generation", [{"text": "a"}], "x", prompt=prompt).asked()
    assert "under <data-" in run("prompted_generation", [{"text": "a", "title": "T"}], "x", prompt=prompt).asked()


def test_a_column_that_is_not_there_is_found_before_the_run_with_the_nearest_name(run: Run) -> None:
    with pytest.raises(UserError, match=r"column `question` not found .*Did you mean `questions`"):
        run("prompted_generation", [{"questions": "2+2?"}], "4", prompt="{{ question }}")


def test_a_binding_that_the_prompt_does_not_name_is_found_before_the_run(run: Run) -> None:
    with pytest.raises(UserError, match=r"`bind` names `txt`, which the parameters do not\. Did you mean `text`"):
        run("prompted_generation", [{"text": "a"}], "4", prompt="{{ text }}", bind={"txt": "text"})


def test_rows_that_show_the_same_ask_one_question(run: Run) -> None:
    rows = [{"id": number, "text": "a"} for number in range(5)]
    assert len(run("prompted_generation", rows, "x", prompt="{{ text }}").requests) == 1
    assert len(run("prompted_generation", rows, "x", prompt="{{ row }}").requests) == 5


def test_a_broken_template_is_found_before_the_run(run: Run) -> None:
    with pytest.raises(UserError, match="no jinja2 template"):
        run("prompted_generation", [{"input": "a"}], "x", prompt="{{ input")


@pytest.mark.parametrize("params", [{}, {"prompt": "a", "prompt_file": "b"}])
def test_there_is_exactly_one_prompt(run: Run, tmp_path: Any, params: dict[str, str]) -> None:
    if "prompt_file" in params:
        (tmp_path / "b").write_text("user: b")
        params = {**params, "prompt_file": str(tmp_path / "b")}
    with pytest.raises(UserError, match="not one prompt"):
        run("prompted_generation", [{"input": "a"}], "x", **params)


def test_a_file_with_a_schema_gives_json(run: Run, tmp_path: Any) -> None:
    file = tmp_path / "pair.yaml"
    file.write_text("user: Make a pair.\nschema: {type: object, required: [q], properties: {q: {type: string}}}")
    ran = run("prompted_generation", [{"input": "a"}], '```json\n{"q": "why?"}\n```', prompt_file=str(file))
    assert ran.rows[0]["generated"] == '{"q":"why?"}'


@pytest.mark.parametrize("answer", ["", " \n"])
def test_an_empty_answer_quarantines_the_row(run: Run, answer: str) -> None:
    assert run("prompted_generation", [{"input": "a"}], answer, prompt="x").errors == ["the model gave an empty answer"]


async def test_an_answer_that_broke_off_never_becomes_data() -> None:
    models = ScriptedModels(lambda _: WireAnswer("half a sent", "length", Usage(), "m"))
    with pytest.raises(RowError, match="cut off"):
        await prompted_generation({"input": "a"}, prompt="x", context=Context(services={"llm": models}))


def test_seeds_come_from_the_pipeline_and_its_step(run: Run) -> None:
    seeds = [
        run("prompted_generation", [{"input": "a"}, {"input": "b"}], "x", prompt="x", seed=seed).requests
        for seed in (1, 1, 2)
    ]
    one, again, other = ({request.seed for request in requests} for requests in seeds)
    assert one == again != other
    assert len(one) == 1


def test_the_words_on_the_part_come_before_those_on_the_form(run: Run) -> None:
    ran = run("prompted_generation", [{"input": "a"}], "x", prompt="x", system="You are a sailor.")
    system = ran.requests[0].messages[0]["content"]
    assert system.startswith("You are a sailor.\n\nYou write one value")


def test_variants_are_rows_in_the_order_of_their_seeds(run: Run) -> None:
    ran = run("prompted_variants", [{"id": 1, "input": "a"}], lambda r: f"v{r.seed % 3}", prompt="x", count=3)
    assert [row["id"] for row in ran.rows] == [1, 1, 1]
    seeds = [request.seed for request in ran.requests]
    assert seeds == list(range(seeds[0], seeds[0] + 3))
    assert [row["generated"] for row in ran.rows] == [f"v{seed % 3}" for seed in seeds]


def test_one_variant_that_fails_fails_its_row_and_no_other(run: Run) -> None:
    ran = run(
        "prompted_variants",
        [{"input": "bad"}, {"input": "good"}],
        lambda r: "" if "bad" in r.messages[-1]["content"] and r.seed % 2 else "fine",
        prompt="Write on {{ input }}",
        count=2,
    )
    assert [row["input"] for row in ran.rows] == ["good", "good"]
    assert ran.errors == ["the model gave an empty answer"]


def test_a_row_without_a_value_has_no_variants(run: Run) -> None:
    assert run("prompted_variants", [{"input": None}], "x", prompt="x").dropped == ["no_children"]


def test_variants_at_temperature_zero_are_refused(run: Run) -> None:
    with pytest.raises(UserError, match="temperature"):
        run("prompted_variants", [{"input": "a"}], "x", prompt="x", temperature=0)
