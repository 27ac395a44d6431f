"""Chat requests as JSON for the OpenAI-compatible API, and the answers that come back, read with suspicion."""

from __future__ import annotations

from typing import Any

import orjson

from ...models import NO_USAGE, Usage
from .faults import PassingError, RefusedError
from .structured import schema_of
from .wire import ChatRequest, WireAnswer, WireVectors


def body_of(request: ChatRequest, *, stream: bool = False, limit_name: str = "max_tokens") -> bytes:
    """Return the body of a request; what the request leaves open is not sent."""
    body: dict[str, Any] = {"model": request.model, "messages": request.messages}
    optional: dict[str, Any] = {"temperature": request.temperature, "top_p": request.top_p, "seed": request.seed}
    optional |= {limit_name: request.max_tokens, "stop": request.stop or None, "response_format": _format_of(request)}
    body |= {name: value for name, value in optional.items() if value is not None}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return orjson.dumps(body)


def _format_of(request: ChatRequest) -> dict[str, Any] | None:
    schema = schema_of(request)
    if schema is None:
        return None
    held = {"name": "answer", "schema": schema, "strict": _is_closed(schema)}
    return {"type": "json_schema", "json_schema": held}


def _is_closed(schema: Any) -> bool:
    """Whether every object names all its fields and allows no others, without which OpenAI refuses the strict mode."""
    if isinstance(schema, list):
        return all(map(_is_closed, schema))
    if not isinstance(schema, dict):
        return True
    named = schema.get("properties")
    if schema.get("type") == "object" or isinstance(named, dict):
        complete = sorted(schema.get("required", [])) == sorted(named or {})
        if schema.get("additionalProperties") is not False or not complete:
            return False
    return all(map(_is_closed, schema.values()))


def answer_in(content: bytes) -> WireAnswer:
    """Return the answer in the body of a chat completion; raises ``PassingError`` for a body that holds none."""
    body = _object(content)
    try:
        choice = body["choices"][0]
        message, reason = choice["message"], choice.get("finish_reason")
        text, refusal = message.get("content"), message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise PassingError("The endpoint's answer holds no message.") from None
    if refusal and not text:
        raise RefusedError("The model refused to answer.", kind="content_filter")
    return WireAnswer(str(text or ""), str(reason or ""), usage_in(body.get("usage")), str(body.get("model") or ""))


def vectors_in(content: bytes, count: int) -> WireVectors:
    """Return the ``count`` vectors in the body of an answer, in the order of the texts; raises ``PassingError``."""
    body = _object(content)
    try:
        rows = sorted(body["data"], key=lambda row: row["index"])
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (KeyError, TypeError, ValueError):
        raise PassingError("The endpoint's answer holds no vectors.") from None
    if len(vectors) != count:
        raise PassingError(f"The endpoint answered {count} texts with {len(vectors)} vectors.")
    return WireVectors(vectors, usage_in(body.get("usage")))


def usage_in(usage: Any) -> Usage:
    """Return the tokens that a body says were used; 0 where it does not say."""
    if not isinstance(usage, dict):
        return NO_USAGE
    counts = (usage.get(name) for name in ("prompt_tokens", "completion_tokens"))
    return Usage(*(count if isinstance(count, int) else 0 for count in counts))


def names_in(content: bytes) -> list[str]:
    """Return the names in a listing of models; raises ``PassingError`` for a body that is none."""
    try:
        return [str(model["id"]) for model in _object(content)["data"]]
    except (KeyError, TypeError):
        raise PassingError("The endpoint's answer lists no models.") from None


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise PassingError("The endpoint's answer is no JSON.") from None
    if not isinstance(body, dict):
        raise PassingError("The endpoint's answer is no JSON object.")
    return body
