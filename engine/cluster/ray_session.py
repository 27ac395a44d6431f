"""A connection to Ray: a cluster that is there, or a Ray of our own on this machine."""

from __future__ import annotations

import importlib.util
import logging
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import EndpointError, UserError

_CONNECT_SECONDS = 10.0
_STORE_BYTES = 1 << 27
"""The object store of a Ray of our own: only names of parts and accounts travel through it."""
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""There is a worker per core: its libraries must not start threads for all of them again."""


@contextmanager
def ray_session(address: str | None, cpus: int) -> Iterator[Any]:
    """Connect to the cluster at ``address``, or start a Ray with ``cpus`` here, and yield the module ``ray``.

    What we started is stopped in the end. Raises ``UserError`` where Ray is not installed, and ``EndpointError`` for a
    cluster that cannot be reached. Ray's usage statistics are off.
    """
    if importlib.util.find_spec("ray") is None:
        raise UserError("Ray is not installed.", fix="pip install 'corpusmith[ray]'")
    if address is not None:
        _assert_answers(address)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")
    import ray
    import ray.data

    ours = not ray.is_initialized()
    if ours:
        _connect(ray, address, cpus)
    try:
        _configure(ray.data.DataContext.get_current())
        yield ray
    finally:
        if ours:
            ray.shutdown()


def _assert_answers(address: str) -> None:
    """Raise where nothing listens: Ray itself would try for two minutes and then end this process."""
    if "://" in address:
        raise UserError(
            "The address of a Ray client cannot be used.",
            "The process that runs the pipeline has to be on a node of the cluster, and to share its storage.",
            "Start the command there, with --ray-address HOST:PORT, or auto.",
        )
    host, _, port = address.rpartition(":")
    if not (host and port.isdigit()):
        return  # a word such as `auto`, which Ray looks up at once
    try:
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(f"Nothing answers there ({type(error).__name__}).") from error


def _connect(ray: Any, address: str | None, cpus: int) -> None:
    options = {
        "log_to_driver": False,
        "logging_level": logging.ERROR,
        "runtime_env": {"env_vars": _ONE_THREAD},
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if address is None:
                ray.init(
                    address="local",
                    num_cpus=cpus,
                    object_store_memory=_STORE_BYTES,
                    include_dashboard=False,
                    **options,
                )
            else:
                ray.init(address=address, **options)
    except (ConnectionError, ValueError, RuntimeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        if address is not None:
            raise _unreachable(why.replace(address, "the address")) from error
        raise EndpointError("Ray cannot be started here.", why, "Run with --engine local.") from error


def _unreachable(why: str) -> EndpointError:
    return EndpointError(
        "The Ray cluster cannot be reached.", why, "Check --ray-address and that the cluster runs this version of Ray."
    )


def _configure(context: Any) -> None:
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # a part that no worker survives is found out and done here, row by row
    logging.getLogger("ray.data").setLevel(logging.ERROR)
