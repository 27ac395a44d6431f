"""Which engine runs a pipeline: the one of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from ...engine.errors import UserError
from ...engine.execution.executor import Execution, execute

EngineName: TypeAlias = Literal["local", "ray"]


def engine_of(name: EngineName, ray_address: str | None) -> Callable[..., Execution]:
    """Return the function that executes a pipeline, with the arguments of ``execute``.

    Raises ``UserError`` for an address without a cluster to reach, and for an engine that is not there.
    """
    if name == "local" and ray_address is not None:
        raise UserError("--ray-address is for --engine ray.", fix="Add --engine ray, or leave the address out.")
    engines: dict[str, Callable[..., Any]] = {"local": execute}
    if name not in engines:
        raise UserError(f"The engine `{name}` is not available.", fix="Use --engine local.")
    return engines[name]
