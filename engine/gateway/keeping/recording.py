"""Records every exchange with a model, and answers from such a recording without any model.

A recording is JSON lines: the models by role, then one line per exchange in the order of their content addresses, so that
the same run gives the same file. It holds what was asked and answered, never a key and never an address of an endpoint.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...disk_errors import writing_to
from ...errors import UserError
from ...models import Usage
from ..configuration.roles import SAMPLING, RoleSettings
from ..endpoint.wire import ChatRequest, EmbeddingRequest, WireAnswer

_VERSION = 1
_KINDS = ("role", "chat", "embedding")


class Recorder:
    """Writes a recording. Each exchange is appended at once and ``close`` puts them in order; a killed run goes on."""

    def __init__(self, path: Path, roles: Mapping[str, RoleSettings]) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._lines = {key: line for key, line in _lines_of(path) if key[0] != "role"} if path.exists() else {}
        for role, settings in roles.items():
            line = {name: getattr(settings, name) for name in ("model", *SAMPLING)}
            self._lines["role", role] = {"v": _VERSION, "kind": "role", "role": role, **line}
        with writing_to(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write_in_order()
            self._file = path.open("a", encoding="utf-8")

    def answer(self, request: ChatRequest, address: str, answer: WireAnswer) -> None:
        """Record a chat exchange, unless it is there."""
        content = {**answer._asdict(), "usage": answer.usage._asdict()}
        self._add("chat", address, {"request": request.model_dump(mode="json"), "answer": content})

    def vector(self, request: EmbeddingRequest, address: str, vector: Sequence[float]) -> None:
        """Record the vector of a text, unless it is there."""
        self._add("embedding", address, {"request": request.model_dump(mode="json"), "vector": list(vector)})

    def close(self) -> None:
        """Put the exchanges in order."""
        with writing_to(self._path):
            self._file.close()
            self._write_in_order()

    def _add(self, kind: str, address: str, content: dict[str, Any]) -> None:
        line = {"v": _VERSION, "kind": kind, "address": address, **content}
        with self._lock, writing_to(self._path):
            if (kind, address) not in self._lines:
                self._lines[kind, address] = line
                self._file.write(_text(line))
                self._file.flush()

    def _write_in_order(self) -> None:
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        ordered = sorted(self._lines, key=lambda key: (_KINDS.index(key[0]), key[1]))
        temporary.write_text("".join(_text(self._lines[key]) for key in ordered), encoding="utf-8")
        temporary.replace(self._path)


class Replay:
    """The answers of a recording, in a cache's place; a request that is not in it is a ``UserError`` that says which."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise UserError(f"There is no recording {path}.", fix="Name a file that an earlier run recorded.")
        self._path = path
        self._lines = dict(_lines_of(path))

    def roles(self) -> dict[str, RoleSettings]:
        """Return the models that the recording was made with."""
        lines = [line for (kind, _), line in self._lines.items() if kind == "role"]
        return {line["role"]: RoleSettings(**{name: line[name] for name in ("model", *SAMPLING)}) for line in lines}

    def answer(self, request: ChatRequest, address: str) -> WireAnswer:
        """Return the recorded answer."""
        line = self._lines.get(("chat", address))
        if line is None:
            asked = request.messages[-1].get("content", "") if request.messages else ""
            raise self._missing("chat request", request.model, asked, address)
        content = line["answer"]
        return WireAnswer(content["text"], content["finish_reason"], Usage(**content["usage"]), content["model"])

    def vector(self, request: EmbeddingRequest, address: str) -> list[float]:
        """Return the recorded vector."""
        line = self._lines.get(("embedding", address))
        if line is None:
            raise self._missing("embedding", request.model, request.text, address)
        vector: list[float] = line["vector"]
        return vector

    def keep_answer(self, address: str, answer: WireAnswer) -> None:
        """Keep nothing: the recording answers everything."""

    def keep_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep nothing: the recording answers everything."""

    def close(self) -> None:
        """Do nothing."""

    def _missing(self, what: str, model: str, asked: str, address: str) -> UserError:
        beginning = asked[:80] + "…" * (len(asked) > 80)
        return UserError(
            f"The recording {self._path} holds no answer to a {what} of this run.",
            f"Asked of {model}: {beginning!r} (request {address[:12]}).",
            "Replay the run that was recorded, with its data, prompts, parameters and models, or run with a model.",
        )


def _lines_of(path: Path) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """The lines by kind and address; a last one that a killed process did not finish is left out."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if not text.endswith("\n"):
                return
            try:
                line = json.loads(text)
                yield (line["kind"], line["role"] if line["kind"] == "role" else line["address"]), line
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(
                    f"{path} is no recording.", f"Line {number} cannot be read.", "Record again."
                ) from error


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, sort_keys=True) + "\n"
