"""Reaches an endpoint over HTTP with the ``openai`` client: one request, one attempt, an answer or a ``WireError``."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import weakref
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from ...errors import UserError, did_you_mean
from ...models import Usage
from .chat_bodies import answer_in, body_of, names_in, vectors_in
from .classification import fault_in_body, fault_of_connection, fault_of_status, redacted
from .faults import PassingError, UnknownModelError, WireError
from .wire import ChatRequest, WireAnswer, WireVectors

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionChunk

_NO_KEY = "none"
_OPENAI_HOST = "api.openai.com"
_CONNECT_S = 10.0
_LOGGERS = ("openai", "httpx2", "httpcore2")
"""Below a warning they log addresses, headers and bodies."""
_SAID_OF_THIS_MACHINE = ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")


class OpenAITransport:
    """A ``Transport`` over the OpenAI-compatible API. It may be used from several event loops, each with its own client.

    ``timeout_s`` is the longest silence of the endpoint. A local endpoint is reached directly, another through the proxies
    of the environment. Redirects are not followed. Nothing is retried here (``dispatcher.py`` does that).
    """

    def __init__(
        self, base_url: str, api_key: str = "", *, timeout_s: float = 600.0, max_connections: int = 256
    ) -> None:
        """Raises ``UserError`` when ``base_url`` is no HTTP address."""
        self._host = _host_of(base_url)
        self._base_url = base_url
        self._api_key = api_key or _NO_KEY
        self._timeout_s = timeout_s
        self._max_connections = max_connections
        self._secrets = (api_key, base_url, urlsplit(base_url).netloc, self._host)
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI] = weakref.WeakKeyDictionary()

    async def chat(self, request: ChatRequest) -> WireAnswer:
        """Return the answer, with the finish reason as it came."""
        content = await self._posted("/chat/completions", self._body(request), request.model)
        try:
            return answer_in(content)
        except PassingError as error:
            raise self._fault_in(content, request.model) or error from None

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        """Yield pieces of the text as they come, and at last the whole answer with what was used."""
        pieces = _Pieces()
        async with self._faults(request.model), await self._opened(self._body(request, stream=True)) as chunks:
            async for chunk in chunks:
                if piece := pieces.text_of(chunk):
                    yield piece
        yield pieces.answer()

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return the vectors of ``texts``, in their order."""
        body = orjson.dumps({"model": model, "input": list(texts), "encoding_format": "float"})
        return vectors_in(await self._posted("/embeddings", body, model), len(texts))

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint offers."""
        import httpx2

        async with self._faults():
            response = await self._client().get("/models", cast_to=httpx2.Response)
        return names_in(response.content)

    async def close(self) -> None:
        """Let go of the connections of this event loop; another loop lets go of its own when it ends."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    def _body(self, request: ChatRequest, *, stream: bool = False) -> bytes:
        limit_name = "max_completion_tokens" if self._host == _OPENAI_HOST else "max_tokens"
        return body_of(request, stream=stream, limit_name=limit_name)

    async def _posted(self, path: str, body: bytes, model: str) -> bytes:
        import httpx2

        async with self._faults(model):
            response = await self._client().post(path, cast_to=httpx2.Response, content=body)
        return response.content

    async def _opened(self, body: bytes) -> Any:
        from openai import AsyncStream
        from openai.types.chat import ChatCompletionChunk

        return await self._client().post(
            "/chat/completions",
            cast_to=ChatCompletionChunk,
            content=body,
            stream=True,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )

    @asynccontextmanager
    async def _faults(self, model: str = "") -> AsyncIterator[None]:
        """Turn whatever the client raises into a ``WireError`` that hides what must not be seen."""
        try:
            yield
        except WireError:
            raise
        except Exception as error:
            fault = self._fault_of(error, model)
            if isinstance(fault, UnknownModelError):
                fault.fix = await self._offered_like(model) or fault.fix
            raise fault from None

    async def _offered_like(self, model: str) -> str:
        try:
            return did_you_mean(model, await self.models())
        except WireError:
            return ""

    def _fault_of(self, error: Exception, model: str) -> WireError:
        import openai

        if isinstance(error, openai.APIStatusError):
            answer = error.response
            return fault_of_status(
                answer.status_code, answer.headers, answer.content, model=model, secrets=self._secrets
            )
        if isinstance(error, openai.APIConnectionError | UnicodeEncodeError):
            return fault_of_connection(error)
        if isinstance(error, openai.APIError):
            broken = PassingError(f"The endpoint broke off: {redacted(error.message, self._secrets)}")
            return fault_in_body(error.body, model=model, secrets=self._secrets) or broken
        if isinstance(error, ValueError):
            return PassingError("The endpoint's answer cannot be read.")
        raise error

    def _fault_in(self, content: bytes, model: str) -> WireError | None:
        try:
            return fault_in_body(orjson.loads(content), model=model, secrets=self._secrets)
        except orjson.JSONDecodeError:
            return None

    def _client(self) -> AsyncOpenAI:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._new_client()
        return client

    def _new_client(self) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI, Omit

        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        connections = self._max_connections
        http_client = httpx2.AsyncClient(
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx2.Timeout(self._timeout_s, connect=_CONNECT_S, pool=None),
            trust_env=not _is_local(self._host),
        )
        unsaid: dict[str, Any] = {f"X-Stainless-{name}": Omit() for name in _SAID_OF_THIS_MACHINE}
        client = AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            max_retries=0,
            default_headers=unsaid,
            http_client=http_client,
            timeout=http_client.timeout,
        )
        if self._host != _OPENAI_HOST:
            client.organization = client.project = None
        return client


class _Pieces:
    """Collects a streamed answer."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._reason = ""
        self._usage = Usage()
        self._model = ""

    def text_of(self, chunk: ChatCompletionChunk) -> str:
        """Return the text of the next chunk, having kept all that it says."""
        self._model = chunk.model or self._model
        if chunk.usage is not None:
            self._usage = Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self._reason = choice.finish_reason or self._reason
        text = (choice.delta.content if choice.delta else None) or ""
        self._texts.append(text)
        return text

    def answer(self) -> WireAnswer:
        """Return the whole; raises ``PassingError`` when the end never came."""
        if not self._reason:
            raise PassingError("The stream ended before the answer did.")
        return WireAnswer("".join(self._texts), self._reason, self._usage, self._model)


def _host_of(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if not host:
        raise UserError("The base URL of a model is no HTTP address.", fix="Write it like `http://localhost:8000/v1`.")
    return host


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host
    return address.is_private or address.is_loopback
