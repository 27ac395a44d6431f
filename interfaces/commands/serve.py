"""``corpusmith serve``: a vLLM server on this machine until it is stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from ...engine.gateway.serving.vllm_server import VllmServer
from ..terminal import console, visible

LOG = "vllm.log"


def serve(model: str, folder: Path, *, port: int, python: Path | None, arguments: Sequence[str]) -> int:
    """Serve ``model`` until Ctrl-C or SIGTERM; what vLLM says goes to a log in ``folder``. Ends with 0.

    Raises ``UserError`` where vLLM is not installed, and ``EndpointError`` when it does not get ready.
    """
    screen = console(stderr=True)
    server = VllmServer(model, folder / LOG, port=port, python=python, arguments=arguments)
    screen.print(f"Starting vLLM with {visible(model)}; it says more in {visible(str(folder / LOG))}", soft_wrap=True)
    with _stopped_by_sigterm(), suppress(KeyboardInterrupt), server:
        print(f"export CORPUSMITH_BASE_URL={server.base_url} CORPUSMITH_MODEL={server.name}", flush=True)  # noqa: T201
        screen.print("Ready. Give the line above to another shell; Ctrl-C stops the server.")
        signal.pause()
    return 0


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Have SIGTERM end the server as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
