"""Start the fake endpoint in its own process, tell it how to behave, and ask it what it saw."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from .behaviour import Behaviour

_COMMAND = (sys.executable, "-m", __package__)


class Endpoint:
    """A fake endpoint that runs. Its base URL goes where that of a real one would."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}/v1"

    def behave(self, behaviour: Behaviour | None = None) -> None:
        """Behave like this from now on, and forget what was seen."""
        self._control("behave", asdict(behaviour or Behaviour()))

    def counts(self) -> dict[str, int]:
        """Return how often each distinct body was received, by its SHA-256."""
        received: dict[str, int] = self._control("state")["received"]
        return received

    def total(self) -> int:
        """Return how many requests were received, answered or not; the listing of models is none."""
        return sum(self.counts().values())

    def most_in_flight(self) -> int:
        """Return the most requests that were in flight at once."""
        return int(self._control("state")["most_in_flight"])

    def in_flight(self) -> int:
        """Return the requests that are in flight now."""
        return int(self._control("state")["in_flight"])

    def log(self) -> list[dict[str, Any]]:
        """Return every request in order: ``path``, ``body`` (its SHA-256), ``content``, ``fault`` and ``status``.

        The status is 0 where nothing was answered, be it a fault or a client that left first.
        """
        lines: list[dict[str, Any]] = self._control("log")
        return lines

    def _control(self, name: str, content: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", f"/control/{name}", json.dumps(content))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def running_endpoint(behaviour: Behaviour | None = None) -> Iterator[Endpoint]:
    """Run a fake endpoint until the block ends, or until this process does."""
    with subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        endpoint = Endpoint(int(process.stdout.readline()))
        try:
            endpoint.behave(behaviour)
            yield endpoint
        finally:
            process.stdin.close()
            process.wait()
