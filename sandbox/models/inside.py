"""What a confined script uses to ask a model: ``models = open_models()``, then ``models.chat([...])``. Standard library only."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

_LENGTH = 8


class ModelRefusedError(Exception):
    """The request was not answered; ``kind`` is ``refused`` (not allowed), ``row`` (this one cannot be answered) or ``stopped``."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ModelsInside:
    """Asks one question at a time, over the descriptor that the script was given."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._turn = threading.Lock()

    def chat(self, messages: Sequence[Mapping[str, str]], **settings: Any) -> dict[str, Any]:
        """Return ``{"text": ..., "value": ...}``; ``settings`` are those of the engine's ``GuardedModels``, such as ``role``."""
        answer: dict[str, Any] = self._asked({"kind": "chat", "messages": list(messages), **settings})
        return answer

    def embed(self, texts: Sequence[str], **settings: Any) -> list[list[float]]:
        """Return a vector for each text."""
        answer: list[list[float]] = self._asked({"kind": "embed", "texts": list(texts), **settings})
        return answer

    def _asked(self, request: dict[str, Any]) -> Any:
        body = json.dumps(request).encode()
        with self._turn:
            self._send(len(body).to_bytes(_LENGTH, "little") + body)
            answer = json.loads(self._exactly(int.from_bytes(self._exactly(_LENGTH), "little")))
        if "error" in answer:
            raise ModelRefusedError(answer["error"]["kind"], answer["error"]["message"])
        return answer["ok"]

    def _send(self, content: bytes) -> None:
        while content:
            content = content[os.write(self._end, content) :]

    def _exactly(self, length: int) -> bytes:
        received = bytearray()
        while len(received) < length:
            piece = os.read(self._end, length - len(received))
            if not piece:
                raise ModelRefusedError("stopped", "Nobody answers any more.")
            received += piece
        return bytes(received)


def open_models() -> ModelsInside:
    """Return the models of this trial; raises ``ModelRefusedError`` when it was given none."""
    if len(sys.argv) < 2:
        raise ModelRefusedError("stopped", "This trial has no models.")
    return ModelsInside(int(sys.argv[1]))
