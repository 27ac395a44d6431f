"""Models that answer from a function."""

from __future__ import annotations

import pytest

from corpusmith.engine.errors import RowError, UserError
from corpusmith.engine.gateway.configuration.roles import RoleSettings
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.models import Message, Models, Usage

ASKED: list[Message] = [{"role": "user", "content": "hello"}]
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


async def test_the_function_answers() -> None:
    models: Models = ScriptedModels(
        lambda request: request.messages[-1]["content"].upper(), embed=lambda text: [len(text)]
    )
    assert (await models.chat(ASKED)).text == "HELLO"
    assert await models.embed(["a", "bcd"]) == [[1], [3]]
    assert models.identity("default") == "scripted"


async def test_an_unfit_answer_is_asked_for_again_with_the_reason() -> None:
    answers = iter(["no", '{"n": "three"}', "no", '{"n": 3}'])
    models = ScriptedModels(lambda request: next(answers))
    with pytest.raises(RowError, match="asked twice"):
        await models.chat(ASKED, schema=SCHEMA)
    assert (await models.chat(ASKED, schema=SCHEMA)).value == {"n": 3}
    assert [len(request.messages) for request in models.requests] == [1, 3, 1, 3]
    assert "is no JSON" in models.requests[1].messages[-1]["content"]


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_unfinished_answer_is_an_error_of_its_row(reason: str) -> None:
    models = ScriptedModels(lambda request: WireAnswer('{"n": 3}', reason, Usage(), "m"))
    with pytest.raises(RowError):
        await models.chat(ASKED)
    with pytest.raises(RowError):
        await models.chat(ASKED, schema=SCHEMA)


async def test_a_sample_that_stops_the_run_comes_before_one_that_stops_a_row() -> None:
    def answer(request: ChatRequest) -> str:
        raise RowError("a row") if request.seed == 0 else UserError("the run")

    with pytest.raises(UserError, match="the run"):
        await ScriptedModels(answer).samples(ASKED, 3, temperature=1.0)


async def test_usage_adds_up_over_both_questions() -> None:
    answers = iter(["no", '{"n": 3}'])
    models = ScriptedModels(lambda request: WireAnswer(next(answers), "stop", Usage(2, 3), "m"))
    assert (await models.chat(ASKED, schema=SCHEMA)).usage == Usage(4, 6)


async def test_roles_bring_their_sampling() -> None:
    models = ScriptedModels(lambda request: "", roles={"judge": RoleSettings(model="j", temperature=0.0)})
    await models.chat(ASKED, role="judge")
    assert (models.requests[0].model, models.requests[0].temperature) == ("j", 0.0)


async def test_without_an_embedder_that_is_said() -> None:
    with pytest.raises(UserError, match="do not embed"):
        await ScriptedModels(lambda request: "").embed(["a"])


async def test_a_schema_and_choices_at_once_are_refused() -> None:
    with pytest.raises(UserError, match="a schema and choices"):
        await ScriptedModels(lambda request: "").chat(ASKED, schema=SCHEMA, choices=["a"])
