"""The values that a flag may have."""

from __future__ import annotations

from typing import Any, get_args

from ..engine.errors import UserError


def one_of(flag: str, value: str, allowed: Any) -> Any:
    """Return ``value`` if the literal type ``allowed`` has it; raises ``UserError`` naming what there is."""
    if value not in get_args(allowed):
        raise UserError(f"{flag} cannot be `{value}`.", fix=f"Use one of: {', '.join(get_args(allowed))}.")
    return value
