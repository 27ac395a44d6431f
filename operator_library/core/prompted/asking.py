"""From a row to a model's answer: which template, which variables, which seed, and what counts as no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from ....engine.context import Context
from ....engine.errors import RowError, UserError
from ....engine.models import ChatAnswer, JsonSchema, Message
from ....engine.operator import FieldRule
from ....engine.prompts import PromptTemplate

_LONGEST_REASON = 200


def template_of(own: Path, chosen: str | None) -> PromptTemplate:
    """Return the operator's own template or, in its place, the one in the file that the person named.

    The shape of the answers stays the operator's. Raises ``UserError`` for a chosen file with a ``schema`` of its own.
    """
    shipped = PromptTemplate.from_file(own)
    if chosen is None:
        return shipped
    template = PromptTemplate.from_file(Path(chosen))
    if template.answer_schema is not None:
        raise UserError(
            f"The prompt {Path(chosen).name} has a `schema`, but this operator's answers have a shape of their own.",
            fix="Leave `schema` out of it, or use `prompted_generation`.",
        )
    return template.model_copy(update={"answer_schema": shipped.answer_schema})


def fields_shown(own: Path, *settings: str) -> FieldRule:
    """Return which fields of a row an operator shows: what its template, or the person's own, names besides ``settings``."""
    return lambda params: template_of(own, params.prompt_file).fields(settings)


def is_blank(value: Any) -> bool:
    """Whether what is shown of a row holds nothing to work on: asked about nothing, models make something up."""
    if isinstance(value, Mapping):
        return all(is_blank(part) for part in value.values())
    return value is None or (isinstance(value, str) and not value.strip())


async def ask(
    context: Context,
    messages: Sequence[Message],
    *,
    role: str,
    schema: JsonSchema | None = None,
    choices: Sequence[str] | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
) -> ChatAnswer:
    """Return the answer, booked under the step; raises ``RowError`` where there is none."""
    return await context.models.chat(
        shaped(messages, schema),
        role=role,
        schema=schema,
        choices=choices,
        temperature=temperature,
        max_tokens=max_tokens,
        seed=None if temperature == 0 else seed_of(context),
        label=context.step,
    )


async def sample(
    context: Context,
    messages: Sequence[Message],
    count: int,
    *,
    role: str,
    schema: JsonSchema | None,
    temperature: float,
    max_tokens: int | None,
) -> list[ChatAnswer]:
    """Return ``count`` answers with a seed each, booked under the step; raises ``RowError`` where one is missing."""
    return await context.models.samples(
        shaped(messages, schema),
        count,
        role=role,
        schema=schema,
        temperature=temperature,
        max_tokens=max_tokens,
        seed=seed_of(context),
        label=context.step,
    )


def shaped(messages: Sequence[Message], schema: JsonSchema | None) -> list[Message]:
    """Return the messages with the shape of the answer said in words too: not every endpoint enforces a schema."""
    if schema is None:
        return list(messages)
    system, *others = messages
    shape = (
        f"Answer with one JSON object that fits this schema, and with nothing else:\n{orjson.dumps(schema).decode()}"
    )
    return [Message(role="system", content=f"{system['content']}\n\n{shape}"), *others]


def seed_of(context: Context) -> int:
    """Return the seed of a step's samples: another pipeline seed, step or round of a top-up gives other answers."""
    return context.random("samples").getrandbits(31)


def written(text: str, what: str = "answer") -> str:
    """Return the text without the white space around it; raises ``RowError`` when nothing is left."""
    stripped = text.strip()
    if not stripped:
        raise RowError(f"the model gave an empty {what}")
    return stripped


def declined(what: str, reason: str) -> RowError:
    """Return the error of a row for which the model said that it cannot do what was asked."""
    said = " ".join(reason.split())[:_LONGEST_REASON]
    return RowError(f"the model could not {what}: {said or 'it gave no reason'}")


def require_length(text: str, limit: int) -> None:
    """Raise ``RowError`` for a text that is too long to be worked on as a whole."""
    if len(text) > limit:
        raise RowError(f"the text has {len(text):,} characters, more than the {limit:,} that are sent; split it first")
