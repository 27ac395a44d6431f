"""Models by role over any source of answers: builds requests, checks answers, asks once more, draws samples."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from ..errors import RowError, UserError
from ..models import DEFAULT_ROLE, EMBEDDING_ROLE, ChatAnswer, JsonSchema, Message, Usage
from .configuration.roles import RoleSettings, settings_of
from .endpoint.structured import UnfitAnswerError, reask, value_of, without_thoughts
from .endpoint.wire import ChatRequest, WireAnswer
from .spending.spend import Account

_CUT_OFF = "The model's answer was cut off at its longest length; raise max_tokens or ask for less."
_WITHHELD = "The endpoint's content filter withheld the answer."


class Answered(NamedTuple):
    """An answer, and whether it cost nothing."""

    answer: WireAnswer
    cached: bool


class RoleModels(ABC):
    """Implements ``Models`` for a subclass that can answer one request and embed texts."""

    def __init__(self, roles: Mapping[str, RoleSettings]) -> None:
        self._roles = dict(roles)

    @abstractmethod
    async def _answered(self, request: ChatRequest, account: Account) -> Answered:
        """Return the answer to one request, or raise what ``Models`` promises."""

    @abstractmethod
    async def _embedded(self, texts: Sequence[str], account: Account) -> list[list[float]]:
        """Return one vector per text."""

    async def chat(
        self,
        messages: Sequence[Message],
        *,
        role: str = DEFAULT_ROLE,
        schema: JsonSchema | None = None,
        choices: Sequence[str] | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        label: str = "",
    ) -> ChatAnswer:
        """Return the answer; see ``Models.chat``."""
        request = self._request(
            messages,
            role,
            response_schema=None if schema is None else dict(schema),
            choices=tuple(choices or ()),
            temperature=temperature,
            max_tokens=max_tokens,
            seed=seed,
        )
        account = Account(role, label, request.model)
        first = await self._answered(request, account)
        try:
            return _checked(request, first)
        except UnfitAnswerError as unfit:
            reason = str(unfit)
        again = request.model_copy(update={"messages": reask(request, first.answer.text, reason)})
        second = await self._answered(again, account)
        try:
            return _checked(again, second, first)
        except UnfitAnswerError as unfit:
            raise RowError(f"The model's answer does not fit, asked twice. {str(unfit).rstrip('.')}") from unfit

    async def samples(
        self,
        messages: Sequence[Message],
        count: int,
        *,
        role: str = DEFAULT_ROLE,
        schema: JsonSchema | None = None,
        choices: Sequence[str] | None = None,
        temperature: float,
        max_tokens: int | None = None,
        seed: int = 0,
        label: str = "",
    ) -> list[ChatAnswer]:
        """Return ``count`` answers; see ``Models.samples``."""
        if count < 1:
            raise UserError(f"{count} samples cannot be drawn.", fix="Ask for one or more.")
        if count > 1 and temperature <= 0:
            raise UserError(
                f"{count} samples at temperature 0 would all be the same answer.",
                fix="Set a temperature above 0, such as 0.7, or ask for one sample.",
            )
        drawn = await asyncio.gather(
            *(
                self.chat(
                    messages,
                    role=role,
                    schema=schema,
                    choices=choices,
                    temperature=temperature,
                    max_tokens=max_tokens,
                    seed=seed + index,
                    label=label,
                )
                for index in range(count)
            ),
            return_exceptions=True,
        )
        return all_or_the_worst(drawn)

    async def embed(self, texts: Sequence[str], *, role: str = EMBEDDING_ROLE, label: str = "") -> list[list[float]]:
        """Return one vector per text, in their order."""
        for text in texts:
            _assert_sendable(text)
        return await self._embedded(texts, Account(role, label, self._model(role)))

    def identity(self, role: str) -> str:
        """Return the model's name and its configured sampling."""
        return settings_of(role, self._roles).identity()

    def _model(self, role: str) -> str:
        return settings_of(role, self._roles).model or ""

    def _request(self, messages: Sequence[Message], role: str, **asked: Any) -> ChatRequest:
        """The request with the role's sampling where the caller has no wish of its own."""
        settings = settings_of(role, self._roles)
        for message in messages:
            _assert_sendable(message.get("content"))
        schema = asked.get("response_schema")
        if schema is not None and asked.get("choices"):
            raise UserError("A request has a schema and choices.", fix="Give one of them.")
        sampling = {"temperature": settings.temperature, "top_p": settings.top_p, "max_tokens": settings.max_tokens}
        wishes = {name: value for name, value in asked.items() if value is not None}
        if schema is not None:
            _assert_schema(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS))
        try:
            return ChatRequest(model=str(settings.model), messages=tuple(messages), **{**sampling, **wishes})
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, found["loc"]))
            raise UserError(f"A model request has a bad `{place}`.", f"{found['msg']}.", "Mend the step.") from error


def assert_finished(answer: WireAnswer) -> None:
    """Raise ``RowError`` for an answer that is not whole."""
    if answer.finish_reason == "length":
        raise RowError(_CUT_OFF)
    if answer.finish_reason == "content_filter":
        raise RowError(_WITHHELD)


def all_or_the_worst(results: Sequence[ChatAnswer | BaseException]) -> list[ChatAnswer]:
    """Return the answers, or raise the error that stops most: one that ends the run before one that ends a row."""
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        raise next((error for error in errors if not isinstance(error, RowError)), errors[0])
    return [result for result in results if isinstance(result, ChatAnswer)]


def _checked(request: ChatRequest, last: Answered, refused: Answered | None = None) -> ChatAnswer:
    """The answer with its value; one that has a shape to fit and was cut off may be asked for again."""
    if last.answer.finish_reason == "content_filter" or not (request.choices or request.response_schema):
        assert_finished(last.answer)
    spoken = last.answer._replace(text=without_thoughts(last.answer.text))
    value = value_of(request, spoken)
    usages = [answered.answer.usage for answered in (refused, last) if answered]
    return ChatAnswer(
        text=spoken.text,
        value=value,
        finish_reason=last.answer.finish_reason,
        usage=Usage(sum(one.prompt_tokens for one in usages), sum(one.completion_tokens for one in usages)),
        model=last.answer.model,
        cached=last.cached and (refused is None or refused.cached),
    )


@lru_cache(maxsize=256)
def _assert_schema(content: bytes) -> None:
    from jsonschema import SchemaError, validators

    schema = orjson.loads(content)
    try:
        validators.validator_for(schema, default=validators.Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        raise UserError(
            "The schema of an answer is no JSON schema.", f"{error.message}.", "Mend the schema."
        ) from error


def _assert_sendable(text: object) -> None:
    """Raise ``RowError`` for what cannot be sent as text; it comes from a row."""
    try:
        str.encode(text)  # type: ignore[arg-type]
    except (UnicodeEncodeError, TypeError) as error:
        raise RowError(f"This cannot be sent to a model: {error}.") from error
