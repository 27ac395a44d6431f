"""Answers of operators as text that gives back exactly what was written: a tuple stays one, and so does a ``Drop``."""

from __future__ import annotations

import base64
import json
from typing import Any

from ...operator import Drop

_SCALARS = frozenset({str, int, float, bool, type(None)})


def written(answer: Any) -> str | None:
    """Return the answer as text, or ``None`` where it holds anything that text would not give back."""
    try:
        return json.dumps(_tagged(answer), separators=(",", ":"))
    except (TypeError, RecursionError):
        return None


def read(text: str) -> Any:
    """Return the answer that ``written`` made a text of."""
    return _untagged(json.loads(text))


def _tagged(answer: Any) -> Any:
    kind = type(answer)
    if kind in _SCALARS:
        return answer
    if kind is Drop:
        return ["drop", _tagged(answer.reason)]
    if kind is list:
        return ["list", *map(_tagged, answer)]
    if kind is tuple:
        return ["tuple", *map(_tagged, answer)]
    if kind is dict:
        return ["dict", *([_tagged(key), _tagged(value)] for key, value in answer.items())]
    if kind is bytes:
        return ["bytes", base64.b64encode(answer).decode()]
    raise TypeError(f"{kind.__name__} cannot be kept")


def _untagged(content: Any) -> Any:
    if type(content) is not list:
        return content
    tag, *parts = content
    match tag:
        case "drop":
            return Drop(_untagged(parts[0]))
        case "tuple":
            return tuple(map(_untagged, parts))
        case "dict":
            return {_untagged(key): _untagged(value) for key, value in parts}
        case "bytes":
            return base64.b64decode(parts[0])
    return [_untagged(part) for part in parts]
