"""Who confined code is for the kernel outside: never root."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

INSIDE_USER = 65534
_UNUSED_USERS = ((0x7E000000, 0x7EFFFFFF), (61184, 65519))
"""Where nobody has an account: far away, or (where a container has few ids) among those for passing services."""


def is_real_root() -> bool:
    """Whether we are root of the machine or of its container, not an ordinary user under that name."""
    if os.geteuid() != 0:
        return False
    try:
        inside, outside, _ = Path("/proc/self/uid_map").read_text().split()[:3]
    except (OSError, ValueError):
        return True
    return inside == outside


def outside_user() -> int:
    """Return the user id for the next job: our own, or for root one that nobody has, a new one for each job."""
    if os.geteuid() != 0 or not is_real_root():
        return os.geteuid()
    for first, last in _UNUSED_USERS:
        if _is_mapped(first) and _is_mapped(last):
            return first + secrets.randbelow(last - first + 1)
    return INSIDE_USER


def _is_mapped(user: int) -> bool:
    ranges = [[int(part) for part in line.split()] for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return any(first <= user < first + count for first, _, count in ranges)
