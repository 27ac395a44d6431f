"""A connection to Ray: a cluster that is there, or a Ray of our own on this machine."""

from __future__ import annotations

import importlib.util
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import EndpointError, UserError


@contextmanager
def ray_session(address: str | None, cpus: int) -> Iterator[Any]:
    """Connect to the cluster at ``address``, or start a Ray with ``cpus`` here, and yield the module ``ray.data``.

    What we started is stopped in the end. Raises ``UserError`` where Ray is not installed, and ``EndpointError`` for a
    cluster that cannot be reached. Ray's usage statistics are off.
    """
    if importlib.util.find_spec("ray") is None:
        raise UserError("Ray is not installed.", fix="pip install 'corpusmith[ray]'")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")
    import ray
    import ray.data

    ours = not ray.is_initialized()
    if ours:
        _connect(ray, address, cpus)
    try:
        _configure(ray.data.DataContext.get_current())
        yield ray.data
    finally:
        if ours:
            ray.shutdown()


def _connect(ray: Any, address: str | None, cpus: int) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if address is None:
                ray.init(address="local", num_cpus=cpus, include_dashboard=False, **quiet)
            else:
                ray.init(address=address, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise EndpointError(
            "The Ray cluster cannot be reached." if address else "Ray cannot be started here.",
            f"{str(error).splitlines()[0]}",
            "Check --ray-address and that the cluster runs this version of Ray.",
        ) from error


def _configure(context: Any) -> None:
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # a part that no worker survives is found out and done here, row by row
    logging.getLogger("ray.data").setLevel(logging.ERROR)
