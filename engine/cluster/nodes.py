"""What every node of a cluster must have before it is given work: this Python, this Corpusmith and the same storage."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from ..disk_errors import writing_to
from ..errors import EndpointError, UserError

_ANSWER_SECONDS = 120.0
_PACKAGE = __name__.partition(".")[0]


class NodeFacts(NamedTuple):
    """What a node said about itself. ``corpusmith`` is ``None`` where it is not installed, ``seen`` what it read."""

    python: str
    corpusmith: str | None
    seen: str | None


def assert_nodes_fit(ray: Any, shared: Path) -> None:
    """Have each node with processors read a file in ``shared`` and tell its versions.

    Raises ``UserError`` for a node that does not fit, and ``EndpointError`` for one that does not answer.
    """
    token = uuid.uuid4().hex
    probe = shared / f".seen-by-all-{token}"
    with writing_to(probe):
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_text(token)
    try:
        for facts in _answers(ray, str(probe)):
            assert_fits(facts, token, shared)
    finally:
        probe.unlink(missing_ok=True)


def assert_fits(facts: NodeFacts, token: str, shared: Path) -> None:
    """Raise ``UserError`` unless a node's facts are those of this process."""
    here = NodeFacts(_python(), version(_PACKAGE), token)
    if facts.python != here.python:
        raise _misfit("Python", facts.python, here.python)
    if facts.corpusmith is None:
        raise UserError(
            "A node of the cluster has no Corpusmith.", fix=f"Install corpusmith {here.corpusmith} on every node."
        )
    if facts.corpusmith != here.corpusmith:
        raise _misfit("Corpusmith", facts.corpusmith, str(here.corpusmith))
    if facts.seen != token:
        raise UserError(
            f"A node of the cluster does not see {shared}.",
            "A file that was written there could not be read from the node.",
            "Choose an --out on storage that is mounted at the same path on every node.",
        )


def _misfit(what: str, there: str, here: str) -> UserError:
    return UserError(
        f"A node of the cluster has another {what}.",
        f"It has {there}; this machine has {here}.",
        f"Install the same {what} on every node.",
    )


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _answers(ray: Any, probe: str) -> list[NodeFacts]:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    ask = ray.remote(_question(_PACKAGE))
    asked = [
        ask.options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(probe)
        for node in nodes
    ]
    try:
        return [NodeFacts(*facts) for facts in ray.get(asked, timeout=_ANSWER_SECONDS)]
    except (ray.exceptions.RayError, TimeoutError) as error:
        raise EndpointError(
            "A node of the cluster does not answer.",
            f"It was asked for its versions ({type(error).__name__}).",
            "Look at `ray status`, and at the logs of the node.",
        ) from error


def _question(package: str) -> Callable[[str], tuple[str, str | None, str | None]]:
    """What a node is asked. A function inside a function is sent whole, so the node needs nothing of ours to answer."""

    def facts(probe: str) -> tuple[str, str | None, str | None]:
        import importlib.metadata
        import pathlib
        import sys

        try:
            installed = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            installed = None
        try:
            seen = pathlib.Path(probe).read_text()
        except OSError:
            seen = None
        return f"{sys.version_info.major}.{sys.version_info.minor}", installed, seen

    return facts
