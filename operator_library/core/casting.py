"""Casts of one column to text, integer, number or boolean; a value that does not fit quarantines its row."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ...engine.declare import operator
from ...engine.errors import RowError
from ...engine.operator import Example
from .numerals import numeral, unquoted

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_EXACT_IN_A_FLOAT = 2**53
_BOOLEANS = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"value": 7}, {"value": 8}],
        becomes=[{"value": "7"}, {"value": "8"}],
    ),
    use_for=("turn numbers into text", "make a column text", "keep leading zeros as they are"),
    not_for=("formatting numbers", "cleaning text"),
    aliases=("cast to string", "convert to text", "stringify"),
)
def to_text(value: Any | None) -> str | None:
    """Casts a column to text: 7 -> "7", true -> "true", a list or a struct -> its JSON, a time -> ISO 8601.

    Text stays as it is and null stays null. Raises ``RowError`` for bytes that are no UTF-8 and for other values
    that have no text form.
    """
    match value:
        case None | str():
            return value
        case bool() | list() | dict():
            return _json(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return _decoded(value)
        case int() | float() | Decimal():
            return str(value)
    raise _refusal(value, "text")


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"value": "1,234"}, {"value": "007"}],
        becomes=[{"value": 1234}, {"value": 7}],
    ),
    use_for=("turn text into whole numbers", "make a column an integer", "parse counts"),
    not_for=("identifiers with leading zeros", "rounding decimals"),
    aliases=("cast to int", "convert to integer", "parse integers"),
)
def to_integer(value: Any | None) -> int | None:
    """Casts a column to 64-bit integers: "1,234" -> 1234, " 7 " -> 7, "3.5e2" -> 350, 2.0 -> 2, true -> 1.

    Null stays null. Raises ``RowError`` for text that is no number, for fractions (they are never rounded) and for
    integers wider than 64 bits.
    """
    if value is None:
        return None
    exact = _exact(value, "integer")
    if exact.adjusted() > 18 or exact != int(exact):
        raise _refusal(value, "integer")
    whole = int(exact)
    if not _SMALLEST <= whole <= _LARGEST:
        raise _refusal(value, "integer")
    return whole


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"value": "3.5e2"}, {"value": " 7 "}],
        becomes=[{"value": 350.0}, {"value": 7.0}],
    ),
    use_for=("turn text into numbers", "make a column numeric", "parse decimals"),
    not_for=("identifiers with leading zeros", "amounts with a currency sign"),
    aliases=("cast to float", "convert to number", "parse floats", "to numeric"),
)
def to_number(value: Any | None) -> float | None:
    """Casts a column to 64-bit floating point numbers: "1,234.5" -> 1234.5, "3.5e2" -> 350.0, 7 -> 7.0, true -> 1.0.

    Null stays null. A fraction becomes the nearest number that 64 bits hold. Raises ``RowError`` for text that is no
    number, for numbers too large or too small to hold, and for written-out numbers from 2**53 on whose digits would
    be lost.
    """
    if value is None or isinstance(value, float):
        return value
    exact = _exact(value, "number")
    nearest = float(exact)
    written_out = exact.as_tuple().exponent <= 0  # type: ignore[operator]
    loses_digits = written_out and exact.copy_abs() >= _EXACT_IN_A_FLOAT and Decimal(nearest) != exact
    if math.isinf(nearest) or (nearest == 0 and exact != 0) or loses_digits:
        raise _refusal(value, "number")
    return nearest


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"value": "yes"}, {"value": "False"}],
        becomes=[{"value": True}, {"value": False}],
    ),
    use_for=("turn yes and no into true and false", "make a column boolean", "parse flags"),
    not_for=("testing a condition", "comparing numbers"),
    aliases=("cast to bool", "convert to boolean", "parse true and false"),
)
def to_boolean(value: Any | None) -> bool | None:
    """Casts a column to booleans: true/false, t/f, yes/no, y/n, on/off, 1/0, in any case; the numbers 1 and 0.

    Null stays null. Raises ``RowError`` for anything else.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)) and value in (0, 1):
        return bool(value)
    known = _BOOLEANS.get(unquoted(value).casefold()) if isinstance(value, str) else None
    if known is None:
        raise _refusal(value, "boolean")
    return known


def _exact(value: Any, wanted: str) -> Decimal:
    if isinstance(value, (int, float, Decimal)):
        exact: Decimal | None = Decimal(value)
    else:
        exact = numeral(value) if isinstance(value, str) else None
    if exact is None or not exact.is_finite():
        raise _refusal(value, wanted)
    return exact


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _refusal(value, "text") from error


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _refusal(value, "text") from error


def _refusal(value: Any, wanted: str) -> RowError:
    article = "an" if wanted == "integer" else "a"
    return RowError(f"{_shortened(value)} cannot be cast to {article} {wanted} without loss.")


def _shortened(value: Any) -> str:
    shown = repr(value[:40] if isinstance(value, (str, bytes)) else value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
