"""The broker outside: takes one request after the other from confined code and hands back answers. It trusts nobody."""

from __future__ import annotations

import os
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from ...engine.isolation.frames import FrameConnection, PipeBrokenError

Ask = Callable[[bytes], bytes]
"""Answers one request, both as JSON: what may be asked, and how much of it, is its concern (see ``GuardedModels``)."""
_FRAME_SECONDS = 10.0
_LONGEST_REQUEST = 4 << 20


class ModelBroker:
    """Answers requests that come over ``theirs``, a descriptor for the confined code, until either side closes.

    Whoever announces too long a request, or sends one too slowly, is not answered any more. One request is answered at a
    time.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ours, self.theirs = ours.detach(), theirs.detach()
        self._theirs_closed = False
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._serve, name="corpusmith-models", daemon=True)

    def start(self) -> None:
        """Begin to answer, and close our copy of ``theirs``: the confined code has its own by now."""
        os.close(self.theirs)
        self._theirs_closed = True
        self._thread.start()

    def close(self) -> None:
        """Answer nothing any more. A call that is under way ends by itself, and its answer goes nowhere."""
        if not self._theirs_closed:
            os.close(self.theirs)
            self._thread.start()
        os.close(self._stopper)

    def _serve(self) -> None:
        pipe = FrameConnection(self._ours, os.dup(self._ours), max_bytes=_LONGEST_REQUEST)
        try:
            with suppress(PipeBrokenError, OSError):
                while self._is_asked():
                    pipe.send(self._ask(pipe.receive(_FRAME_SECONDS)), _FRAME_SECONDS)
        finally:
            pipe.close()
            os.close(self._stop)

    def _is_asked(self) -> bool:
        """Wait for the beginning of a request; ``False`` when there will be none."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._ours, selectors.EVENT_READ)
            selector.register(self._stop, selectors.EVENT_READ)
            return all(key.fd != self._stop for key, _ in selector.select())
