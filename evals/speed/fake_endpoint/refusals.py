"""Refusals as real servers word them: status, body and headers."""

from __future__ import annotations

from typing import Any, NamedTuple

from .behaviour import Behaviour


class Refusal(NamedTuple):
    """An answer that is no success."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def refusal_of(fault: str, content: dict[str, Any], behaviour: Behaviour) -> Refusal | None:
    """Return how a request with this fault is refused, ``None`` where the fault is no refusal."""
    if fault == "busy":
        headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after else {}
        return _refusal(429, "Rate limit reached.", "rate_limit_exceeded", headers)
    if fault == "overflow":
        return _overflow(behaviour.dialect)
    model = content.get("model", "")
    refused = {
        "error": (500, "The server had an error.", "internal_error"),
        "refused": (400, "Invalid value for 'messages'.", "invalid_value"),
        "content_filter": (400, "The prompt was filtered by a content management policy.", "content_filter"),
        "unauthorized": (401, "Incorrect API key provided.", "invalid_api_key"),
        "unknown_model": (404, f"The model `{model}` does not exist.", "model_not_found"),
    }
    return _refusal(*refused[fault]) if fault in refused else None


def _refusal(status: int, message: str, code: str, headers: dict[str, str] | None = None) -> Refusal:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Refusal(status, {"error": error}, headers or {})


def _overflow(dialect: str) -> Refusal:
    if dialect == "vllm":
        message = "This model's maximum context length is 64 tokens. However, your request has 99 input tokens."
        return Refusal(400, {"error": {"message": message, "type": "BadRequestError", "code": 400}}, {})
    if dialect == "llama.cpp":
        message = "the request exceeds the available context size, try increasing it"
        return Refusal(400, {"error": {"code": 400, "message": message, "type": "exceed_context_size_error"}}, {})
    message = "This model's maximum context length is 64 tokens. However, your messages resulted in 99 tokens."
    return _refusal(400, message, "context_length_exceeded")
