"""Numbers, bounds and lists as people write them, so that every check speaks alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_JSON = {"None": "null", "True": "true", "False": "false"}


def counted(count: int, noun: str) -> str:
    """Return ``1 row`` or ``5,214 rows``."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a regular noun."""
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def bounds(low: float | None, high: float | None, noun: str = "") -> str:
    """Return ``at least 5 words``, ``at most 9 words``, ``exactly 5 words`` or ``5 to 9 words``."""
    if low is not None and low == high:
        return f"exactly {_measured(low, noun)}"
    if low is not None and high is not None:
        return f"{number(low)} to {_measured(high, noun)}"
    return f"at least {_measured(low, noun)}" if low is not None else f"at most {_measured(high or 0, noun)}"


def number(value: float) -> str:
    """Return a number with thousands grouped and no needless digits."""
    return f"{value:,}" if isinstance(value, int) or not value.is_integer() else f"{int(value):,}"


def percent(share: float) -> str:
    """Return ``12.5 %``; never rounded to 0 or 100 unless it is."""
    rounded = round(share * 100, 2)
    if rounded in (0.0, 100.0) and share not in (0.0, 1.0):
        return f"{share * 100:.6g} %"
    return f"{rounded:g} %"


def columns_named(names: Iterable[str]) -> str:
    """Return ``column `a``` or ``columns `a`, `b` and `c```."""
    named = list(names)
    return f"{'column' if len(named) == 1 else 'columns'} {quoted(named)}"


def quoted(values: Iterable[Any], joint: str = "and") -> str:
    """Return values in back-ticks, the last joined by ``joint``."""
    shown = [f"`{value if isinstance(value, str) else _JSON.get(str(value), value)}`" for value in values]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}" if shown else "nothing"


def _measured(value: float, noun: str) -> str:
    if not noun:
        return number(value)
    return f"{number(value)} {noun if value == 1 else plural(noun)}"
