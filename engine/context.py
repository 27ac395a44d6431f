"""The ``Context``: the only way in which an operator reaches anything beyond its own rows."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .errors import UserError
from .models import Models

if TYPE_CHECKING:
    from .operator import Artifact

LLM = "llm"
EMBEDDING = "embedding"
SANDBOX = "sandbox"
DATABASE = "database"
SERVICES = frozenset({LLM, EMBEDDING, SANDBOX, DATABASE})
"""What an operator may need of the run; anything else that it needs is a Python package."""


@dataclass(frozen=True)
class SandboxAnswer:
    """How a script in the sandbox ended, and what it left.

    ``outcome`` is ``ok``, ``error``, ``timeout``, ``out_of_memory``, ``disk``, ``output``, ``policy`` or ``infrastructure``, which
    says nothing about the script; ``detail`` is a few words. There are ``files`` only of outcome ``ok``.
    """

    outcome: str
    detail: str
    files: dict[str, bytes]
    stdout: bytes
    stderr: bytes


class Sandbox(Protocol):
    """Runs code that nobody has read yet; floor 2 implements it, operators see it through the ``Context``."""

    def run(
        self, script: str, inputs: Mapping[str, bytes], outputs: Sequence[str], seconds: float = 60.0
    ) -> SandboxAnswer:
        """Run a Python script contained, with ``inputs`` as files below ``in/``.

        It must leave ``outputs``, plain names of files, in ``out/``.
        """
        ...


class Store(Protocol):
    """Keeps bytes by the hash of their content."""

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its hash."""
        ...

    def get(self, content_hash: str) -> bytes:
        """Return the content with this hash; raises ``KeyError`` when it is not kept."""
        ...


@dataclass(frozen=True)
class Context:
    """What the engine hands to an operator that asks for it.

    ``seed`` is the pipeline's seed, ``step`` the id of the running step, ``round`` counts the rounds of a top-up from 1;
    ``services`` holds what the run offers by the name under which operators need it: ``llm`` and ``embedding`` (a
    ``Models``), ``sandbox``, ``database``; ``artifacts`` holds what earlier steps fitted, by the names of ``artifacts_in``.
    """

    seed: int = 0
    step: str = ""
    round: int = 1
    services: dict[str, Any] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)

    @property
    def models(self) -> Models:
        """The models of the run; raises ``UserError`` when there are none."""
        models: Models = self.service(LLM)
        return models

    def service(self, name: str) -> Any:
        """Return a service of the run, or raise ``UserError`` saying that this run has none."""
        if name not in self.services:
            raise UserError(
                f"Step `{self.step}` needs {name}, and this run has none.",
                fix=f"Configure {name}, or leave the step out.",
            )
        return self.services[name]

    def random(self, *salt: str | int) -> random.Random:
        """Return a random generator that depends only on the seed, the step and ``salt``."""
        again = (f"round {self.round}",) if self.round > 1 else ()
        text = "\x1f".join(str(part) for part in (self.seed, self.step, *again, *salt))
        return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
