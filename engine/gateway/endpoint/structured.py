"""Answers that obey a JSON schema: what is asked for, what came, and how to ask again when it does not fit."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from ...models import JsonSchema, Message
from .wire import ChatRequest, WireAnswer

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

CHOICE = "choice"
_FENCE = "```"
_THOUGHTS, _END_OF_THOUGHTS = "<think>", "</think>"
_NO_TEXT = "(no answer)"
_LONGEST_QUOTE = 2_000


class UnfitAnswerError(Exception):
    """An answer that is not what was asked for; ``str`` is the reason, in words that a model can act on."""


def schema_of_choices(choices: Sequence[str]) -> dict[str, Any]:
    """Return the schema of an object whose one field holds one of ``choices``; endpoints want an object at the top."""
    field = {"type": "string", "enum": list(choices)}
    return {"type": "object", "properties": {CHOICE: field}, "required": [CHOICE], "additionalProperties": False}


def schema_of(request: ChatRequest) -> dict[str, Any] | None:
    """Return the schema that an answer to ``request`` must obey, ``None`` where any text will do."""
    return schema_of_choices(request.choices) if request.choices else request.response_schema


def value_of(request: ChatRequest, answer: WireAnswer) -> Any:
    """Return what ``answer`` says: the label with ``choices``, the value with a schema, otherwise ``None``.

    Raises ``UnfitAnswerError`` when the answer is cut off or does not obey. A label alone is taken for itself.
    """
    schema = schema_of(request)
    if schema is None:
        return None
    if answer.finish_reason == "length":
        raise UnfitAnswerError("The answer was cut off at the limit of tokens; answer more briefly.")
    bare = answer.text.strip()
    if request.choices and bare in request.choices:
        return bare
    value = parsed(answer.text, schema)
    return value[CHOICE] if request.choices else value


def parsed(text: str, schema: JsonSchema) -> Any:
    """Return the JSON value that ``text`` is, or that its one code fence holds; raises ``UnfitAnswerError``."""
    try:
        value = orjson.loads(_unfenced(text))
    except orjson.JSONDecodeError as error:
        raise UnfitAnswerError(f"The answer is no JSON: {error}.") from None
    validator = _validator(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS))
    problem = next(iter(sorted(validator.iter_errors(value), key=lambda found: (found.json_path, found.message))), None)
    if problem is not None:
        problem = next(iter(problem.context or ()), problem)  # of alternatives what the first of them wants
        raise UnfitAnswerError(f"The answer does not fit at {problem.json_path}: {_shortened(problem.message)}.")
    return value


def reask(request: ChatRequest, text: str, reason: str) -> tuple[Message, ...]:
    """Return the conversation of ``request`` that goes on with the unfit answer, what is wrong with it and what is wanted.

    What is wanted is said in full: not every endpoint shows the schema to its model. No message is blank, and the roles
    alternate, since some endpoints refuse a conversation in which they do not.
    """
    again = f"{reason} Answer once more, with nothing but {_wanted(request)}"
    return (
        *request.messages,
        Message(role="assistant", content=text if text.strip() else _NO_TEXT),
        Message(role="user", content=again),
    )


def _wanted(request: ChatRequest) -> str:
    if request.choices:
        return f"one of these labels, letter for letter: {orjson.dumps(request.choices).decode()}"
    return f"JSON that obeys this schema:\n{orjson.dumps(request.response_schema).decode()}"


def without_thoughts(text: str) -> str:
    """Return ``text`` without the thinking that a reasoning model writes before its answer, where its server leaves it in.

    Templates that open the thinking themselves leave only its end in the answer.
    """
    thoughts, closed, rest = text.partition(_END_OF_THOUGHTS)
    begins = thoughts.lstrip().startswith(_THOUGHTS)
    return rest.lstrip() if closed and (begins or _THOUGHTS not in thoughts) else text


def _unfenced(text: str) -> str:
    stripped = text.strip()
    if not (stripped.startswith(_FENCE) and stripped.endswith(_FENCE) and "\n" in stripped):
        return stripped
    first, _, rest = stripped.partition("\n")
    is_json = first.removeprefix(_FENCE).strip().lower() in ("", "json")
    return rest.removesuffix(_FENCE) if is_json else stripped


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


@functools.lru_cache(maxsize=256)
def _validator(schema: bytes) -> Validator:
    from jsonschema import validators

    content: Mapping[str, Any] | bool = orjson.loads(schema)
    return validators.validator_for(content, default=validators.Draft202012Validator)(content)
