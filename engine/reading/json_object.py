"""Parses one JSON object strictly: exact integers, valid Unicode, no NaN, bounded nesting."""

from __future__ import annotations

import json
from typing import Any

import orjson

MAX_NESTING = 100
"""Levels of lists and objects within a line; deeper ones would exhaust the stack of later programs."""

_DIGITS = bytes(
    ord("0") if chr(byte).isdigit() and byte < 128 else ord("-") if byte == ord("-") else 32 for byte in range(256)
)
_BEYOND_64_BITS = (b"0" * 20, b"-" + b"0" * 19)


class BrokenRecordError(Exception):
    """A record that cannot be read; its text is the reason, for a person."""


def parse_object(text: bytes) -> dict[str, Any]:
    """Return the JSON object in ``text``; of duplicate keys the last wins, integers of any size are exact.

    Raises ``BrokenRecordError`` with the parser's message and the column for broken JSON, invalid Unicode, NaN or Infinity,
    a value that is no object, and nesting beyond ``MAX_NESTING`` levels.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BrokenRecordError(f"broken JSON: {error.msg} (column {error.colno})") from None
    if type(value) is not dict:
        raise BrokenRecordError(f"not a JSON object but {_name(value)}")
    if text.count(b"[") + text.count(b"{") > MAX_NESTING and _nesting(value) > MAX_NESTING:
        raise BrokenRecordError(f"nested deeper than {MAX_NESTING} levels")
    return _parse_exactly(text) if _may_hold_big_integer(text) else value


def _may_hold_big_integer(text: bytes) -> bool:
    digits = text.translate(_DIGITS)
    return any(run in digits for run in _BEYOND_64_BITS)


def _parse_exactly(text: bytes) -> dict[str, Any]:
    # orjson silently rounds integers beyond 64 bits to floats; the standard library keeps them.
    try:
        value: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise BrokenRecordError(f"broken JSON: {error}") from None
    return value


def _nesting(value: Any) -> int:
    levels, layer = 0, [value]
    while layer := [item for item in layer if isinstance(item, dict | list)]:
        levels += 1
        layer = [child for item in layer for child in (item.values() if isinstance(item, dict) else item)]
    return levels


def _name(value: Any) -> str:
    names = {list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")
