"""JSON text of any value that a row may hold, without losing digits."""

from __future__ import annotations

import base64
import json
import math
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:
    """Return ``value`` as compact JSON in UTF-8.

    Integers of any size keep their digits; times become ISO 8601 text, decimals text, bytes base64 text; NaN and the
    infinities, which JSON does not have, become null; a lone surrogate becomes ``?``.
    Raises ``TypeError`` for a value that has no JSON form.
    """
    try:
        return orjson.dumps(value, default=_json_ready)
    except TypeError:
        # orjson refuses integers beyond 64 bits, deep nesting and invalid Unicode.
        text = json.dumps(_finite(value), default=_json_ready, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def json_text(value: Any) -> str:
    """Return ``value`` as compact JSON text; see ``json_bytes``."""
    return json_bytes(value).decode()


def _json_ready(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, timedelta):
        return _iso_duration(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a value of type {type(value).__name__} has no JSON form")


def _iso_duration(value: timedelta) -> str:
    import pandas as pd

    return pd.Timedelta(value).isoformat()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
