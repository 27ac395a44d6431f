"""What the fake endpoint can be told to do: how slow it is, what it offers, and which requests go wrong in which way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

Fault: TypeAlias = Literal[
    "none",
    "busy",
    "error",
    "drop",
    "invalid_body",
    "truncated_body",
    "bad_content",
    "cut_off",
    "filtered",
    "hang",
    "overflow",
    "refused",
    "content_filter",
    "unauthorized",
    "unknown_model",
]
"""``busy`` 429 · ``error`` 500 · ``drop`` the connection ends without an answer · ``invalid_body`` 200 with what is no JSON ·
``truncated_body`` the body ends early · ``bad_content`` a good body whose text is no JSON · ``cut_off`` finish reason
``length`` · ``filtered`` finish reason ``content_filter`` · ``hang`` no answer ever · ``overflow``, ``refused`` and
``content_filter`` 400 · ``unauthorized`` 401 · ``unknown_model`` 404 · ``none`` an answer."""

FAULTS = frozenset(get_args(Fault))


@dataclass(frozen=True)
class Behaviour:
    """How the endpoint behaves. Texts are looked for in the messages of a chat, or in the texts to embed."""

    latency_s: float = 0.0
    rates: dict[str, float] = field(default_factory=dict)
    """From a fault to the share of requests that have it. The draw depends on the body and on how often it came: a request that
    is sent again draws again."""
    scripted: dict[str, list[str]] = field(default_factory=dict)
    """From a text to the faults of the first, second, ... time a request with it comes; after the last one it is answered."""
    always: dict[str, str] = field(default_factory=dict)
    """From a text to the fault that requests with it have every time; the empty text is in every request."""
    answers: dict[str, str] = field(default_factory=dict)
    """From a text in the last message to the answer; other chats get an answer made from their body."""
    retry_after: str = ""
    """The header ``Retry-After`` of a 429, as it is: seconds or an HTTP date."""
    models: list[str] = field(default_factory=lambda: ["test-model", "test-embedding"])
    """Another model is answered with 404; an empty list offers every model."""
    api_key: str = ""
    """Another key is answered with 401; empty accepts all."""
    capacity: int = 0
    """With more requests than this in flight the next one is answered with 429; 0 is no limit."""
    context_words: int = 0
    """Messages with more words than this overflow the context; 0 is no limit."""
    dialect: str = "openai"
    """Whose words an overflow is refused with: ``openai``, ``vllm`` or ``llama.cpp``."""
    dimensions: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        named = {*self.rates, *self.always.values(), *(fault for faults in self.scripted.values() for fault in faults)}
        if named - FAULTS:
            raise ValueError(f"no such faults: {sorted(named - FAULTS)}; there are {sorted(FAULTS)}")

    def fault(self, text: str, body: bytes, attempt: int) -> str:
        """Return the fault of the ``attempt``-th time (from 1) that ``body``, which holds ``text``, came."""
        for part, fault in self.always.items():
            if part in text:
                return fault
        for part, faults in self.scripted.items():
            if part in text:
                return faults[attempt - 1] if attempt <= len(faults) else "none"
        return self._drawn(body, attempt) if self.rates else "none"

    def _drawn(self, body: bytes, attempt: int) -> str:
        left = fraction(body, self.seed, attempt)
        for fault, rate in self.rates.items():
            left -= rate
            if left < 0:
                return fault
        return "none"


def fraction(body: bytes, *salt: int) -> float:
    """Return a number from 0 up to 1 that depends on the arguments only."""
    digest = hashlib.blake2b(body, digest_size=8, key=repr(salt).encode()[:64]).digest()
    return int.from_bytes(digest, "big") / 2**64


def text_of(content: dict[str, Any]) -> str:
    """Return what a request is about: the messages of a chat or the texts to embed, as lines."""
    if "messages" in content:
        return "\n".join(str(message.get("content", "")) for message in content["messages"])
    return "\n".join(texts_of(content))


def texts_of(content: dict[str, Any]) -> Sequence[str]:
    """Return the texts that a request asks to embed."""
    given = content.get("input", [])
    return [given] if isinstance(given, str) else given
