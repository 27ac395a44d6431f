"""Which engine runs a pipeline's row-local steps: the processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from ...engine.errors import UserError
from ...engine.execution.cluster import Cluster

EngineName: TypeAlias = Literal["local", "ray"]


def refuse_stray_address(name: EngineName, ray_address: str | None) -> None:
    """Raise ``UserError`` for the address of a cluster that nobody asked for."""
    if name == "local" and ray_address is not None:
        raise UserError("--ray-address is for --engine ray.", fix="Add --engine ray, or leave the address out.")


@contextmanager
def opened_cluster(
    name: EngineName, ray_address: str | None, work: Path, workers: int | None
) -> Iterator[Cluster | None]:
    """Give the cluster that runs row-local steps, ``None`` for the local engine, and let go of it at the end.

    The parts of tables go through ``work``, which all workers of the cluster must see; those that are done stay there when the
    run breaks off, and the next one uses them. Without an address a Ray of our own is started here. Raises ``UserError`` where
    Ray is not installed or a node does not fit, ``EndpointError`` for a cluster that cannot be reached.
    """
    if name == "local":
        yield None
        return
    from ...engine.cluster.ray_cluster import RayCluster

    cluster = RayCluster(ray_address, work, workers)
    try:
        yield cluster
        cluster.remove_parts()
    finally:
        cluster.close()
