"""What a slot is: a function from a place in a sentence to everything of its type that stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ..scan import Scan

Found: TypeAlias = Sequence[tuple[int, Any]]
"""Ends (positions after the last token) with the values read; empty where nothing of the type stands."""

Slot: TypeAlias = Callable[[Scan, int], Found]
