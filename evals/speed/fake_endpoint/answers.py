"""Answers made up from a request alone: texts, values that obey a JSON schema, and vectors."""

from __future__ import annotations

import base64
import json
import random
import struct
from typing import Any

from .behaviour import Behaviour, text_of, texts_of


def chat_text(content: dict[str, Any], body: bytes, behaviour: Behaviour, fault: str) -> str:
    """Return the text of the answer to a chat; equal bodies have equal answers."""
    if fault == "bad_content":
        return 'Well, {"this": is no JSON'
    last = str(content["messages"][-1].get("content", ""))
    told = next((answer for part, answer in behaviour.answers.items() if part in last), None)
    text = _made_up(content, last, random.Random(body)) if told is None else told
    return text[: len(text) // 2] if fault == "cut_off" else text


def _made_up(content: dict[str, Any], last: str, generator: random.Random) -> str:
    asked = content.get("response_format") or {}
    if asked.get("type") == "json_schema":
        schema = asked["json_schema"]["schema"]
        return json.dumps(value_of(schema, schema, generator), ensure_ascii=False)
    return f"Answer {generator.randrange(10**6):06} to: {last[:200]}"


def value_of(schema: dict[str, Any], root: dict[str, Any], generator: random.Random) -> Any:
    """Return a value that fits ``schema`` (types, enumerations, bounds, ``$ref`` and alternatives; no patterns)."""
    if "$ref" in schema:
        found: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return value_of(found, root, generator)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return value_of(schema[key][0], root, generator)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return generator.choice(schema["enum"])
    kind = schema.get("type", "object")
    return _value_of_type(kind[0] if isinstance(kind, list) else kind, schema, root, generator)


def _value_of_type(kind: str, schema: dict[str, Any], root: dict[str, Any], generator: random.Random) -> Any:
    if kind == "object":
        return {name: value_of(inner, root, generator) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        count = max(schema.get("minItems", 0), min(2, schema.get("maxItems", 2)))
        return [value_of(schema.get("items", {"type": "string"}), root, generator) for _ in range(count)]
    if kind == "string":
        text = f"text {generator.randrange(10**6):06}"
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
    if kind == "integer":
        lowest = schema.get("minimum", 0)
        return generator.randint(lowest, schema.get("maximum", lowest + 9))
    if kind == "number":
        lowest = schema.get("minimum", 0)
        return round(generator.uniform(lowest, schema.get("maximum", lowest + 1)), 3)
    return generator.random() < 0.5 if kind == "boolean" else None


def chat_body(content: dict[str, Any], text: str, fault: str) -> dict[str, Any]:
    """Return the body of an answer to a chat."""
    reason = {"cut_off": "length", "filtered": "content_filter"}.get(fault, "stop")
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    return {**_head(content, "chat.completion"), "choices": [choice], "usage": usage(content, text)}


def chat_chunks(content: dict[str, Any], text: str, fault: str) -> list[dict[str, Any]]:
    """Return the pieces of a streamed answer, with the usage at the end where it was asked for."""
    head = _head(content, "chat.completion.chunk")
    reason = {"cut_off": "length", "filtered": "content_filter"}.get(fault, "stop")
    pieces = text.split(" ")
    deltas = [{"content": piece if at == 0 else f" {piece}"} for at, piece in enumerate(pieces)]
    chunks = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (content.get("stream_options") or {}).get("include_usage"):
        chunks.append({**head, "choices": [], "usage": usage(content, text)})
    return chunks


def _head(content: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": content.get("model", "")}


def usage(content: dict[str, Any], text: str = "") -> dict[str, int]:
    """Return the tokens of a request and its answer, one per word."""
    asked, answered = len(text_of(content).split()), len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def embedding_body(content: dict[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    """Return the body of an answer to texts to embed: a vector per text that depends on the text only."""
    vectors = [vector_of(text, behaviour.dimensions) for text in texts_of(content)]
    packed = content.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": at, "embedding": _packed(vector) if packed else vector}
        for at, vector in enumerate(vectors)
    ]
    return {"object": "list", "data": data, "model": content.get("model", ""), "usage": usage(content)}


def vector_of(text: str, dimensions: int) -> list[float]:
    """Return the vector of a text."""
    generator = random.Random(text)
    return [round(generator.uniform(-1, 1), 6) for _ in range(dimensions)]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
