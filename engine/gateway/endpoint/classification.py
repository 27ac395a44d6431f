"""Tells from what a client or an endpoint reports which kind of fault it is, and says so without key and address.

OpenAI, vLLM, llama.cpp, SGLang, TGI and the gateways before them word the same refusal differently; what they agree on is the
status, so their words decide only where the status does not: an overflow of the context, a filter, an empty account.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from .faults import PassingError, RefusedError, UnknownModelError, UnreachableError, UnusableError, WireError
from .retry_after import seconds_asked

_OVERFLOW = re.compile(
    r"context[ _](length|size|window)|maximum (model|sequence|prompt) length|model's context|max_model_len"
    r"|(prompt|input|inputs) (is|are) too long|too many (input )?tokens|max_new_tokens.{0,20}must be <="
    r"|max_tokens must be at least 1, got -",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content[ _]?(filter|policy|management)|responsible ?ai ?policy", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"(invalid|unknown|no such) model|model\b.{0,100}\b(not found|not exist|not_found)", re.IGNORECASE
)
_EMPTY_ACCOUNT = re.compile(r"insufficient_quota|current quota|billing", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\blocalhost(:\d+)?", re.IGNORECASE)
_KEY = re.compile(r"\b(sk|pk|key|hf|gsk|nvapi|xai)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_LONGEST = 300


class _Words(NamedTuple):
    """What an endpoint said: one sentence, and the codes beside it."""

    message: str
    codes: str


def redacted(text: str, secrets: Sequence[str] = ()) -> str:
    """Return ``text`` as one line of at most 300 characters, without the secrets and whatever looks like a key or an address."""
    for secret in secrets:
        text = text.replace(secret, "…") if secret else text
    line = " ".join(_KEY.sub("…", _ADDRESS.sub("…", text)).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def fault_of_status(
    status: int, headers: Mapping[str, str], body: bytes, *, model: str = "", secrets: Sequence[str] = ()
) -> WireError:
    """Return the fault that an answer with this status tells of."""
    words = _words(body)
    said = redacted(words.message, secrets)
    everything = f"{words.codes} {words.message}"
    if status in (400, 413, 422, 500) and _OVERFLOW.search(everything):
        return RefusedError(f"The request is longer than the model's context: {said}", kind="context_overflow")
    if status in (400, 403, 422, 451) and _FILTER.search(everything):
        return RefusedError(f"The endpoint's content filter refused the request: {said}", kind="content_filter")
    if status == 402 or (status == 429 and _EMPTY_ACCOUNT.search(everything)):
        return UnusableError(
            "The account at the endpoint has no credit left.", fix="Top it up, or use another endpoint."
        )
    if status == 429:
        return PassingError("The endpoint is busy (429).", retry_after=seconds_asked(headers), busy=True)
    if status in (408, 409, 425) or (status >= 500 and status not in (501, 505)):
        return PassingError(f"The endpoint failed ({status}): {said}", retry_after=seconds_asked(headers))
    return _unusable(status, everything, said, model) or RefusedError(
        f"The endpoint refused the request ({status}): {said}", kind="refused"
    )


def fault_in_body(body: object, *, model: str = "", secrets: Sequence[str] = ()) -> WireError | None:
    """Return the fault that a body tells of although its status is 200, as routers and streams do; ``None`` without one."""
    error = body.get("error", body) if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 300 <= code < 600:
        return fault_of_status(code, {}, orjson.dumps(body), model=model, secrets=secrets)
    return None


def _unusable(status: int, everything: str, said: str, model: str) -> UnusableError | None:
    if status == 401:
        return UnusableError(
            "The endpoint refuses the key (401).", fix="Set CORPUSMITH_API_KEY to a key that is valid for it."
        )
    if status == 403:
        return UnusableError("The key may not do this (403).", fix=f"Use a key with access to model `{model}`.")
    if status in (400, 404) and _NO_MODEL.search(everything):
        return UnknownModelError(f"The endpoint offers no model `{model}`.", fix="Name a model that it offers.")
    if status in (404, 405):
        return UnusableError(
            f"The endpoint has no such path ({status}).", fix="Check the base URL; it often ends in `/v1`."
        )
    if status in (501, 505):
        return UnusableError(f"The endpoint cannot do this ({status}): {said}", fix="Start it with what is asked for.")
    if 300 <= status < 400:
        return UnusableError(
            f"The endpoint sends requests elsewhere ({status}).", fix="Configure the final address as the base URL."
        )
    return None


def _words(body: bytes) -> _Words:
    try:
        content: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _Words(body[:2000].decode(errors="replace"), "")
    inner = content.get("error", content) if isinstance(content, dict) else content
    if not isinstance(inner, dict):
        return _Words(str(inner), "")
    message = inner.get("message") or inner.get("detail") or ""
    nested = inner.get("innererror")
    codes = [inner.get("code"), inner.get("type"), nested.get("code") if isinstance(nested, dict) else None]
    return _Words(str(message), " ".join(str(code) for code in codes if code))


def fault_of_connection(error: BaseException) -> WireError:
    """Return the fault behind an exception of a connection, told by what caused it."""
    causes = list(_causes(error))
    for is_it, fault in _CONNECTION_FAULTS:
        if any(is_it(cause) for cause in causes):
            return fault()
    return PassingError("The connection to the endpoint broke off.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refused() -> WireError:
    return UnreachableError(
        "Nobody answers at the endpoint's address: the connection is refused.",
        fix="Start the server, or correct the base URL.",
    )


def _unresolved() -> WireError:
    return UnreachableError(
        "The name of the endpoint's host is not known.", fix="Correct the base URL, or the network."
    )


def _untrusted() -> WireError:
    return UnusableError(
        "The endpoint's certificate is not trusted.", fix="Correct the base URL, or trust its authority."
    )


def _out_of_reach() -> WireError:
    return UnreachableError("No connection to the endpoint can be made.", fix="Correct the base URL, or the network.")


def _late() -> WireError:
    return PassingError("The endpoint did not answer in time.")


def _malformed() -> WireError:
    return UnusableError("The base URL or the key is malformed.", fix="Correct them; keys hold plain ASCII.")


def _is_named(*names: str) -> Callable[[BaseException], bool]:
    return lambda cause: type(cause).__name__ in names


_CONNECTION_FAULTS: tuple[tuple[Callable[[BaseException], bool], Callable[[], WireError]], ...] = (
    (lambda cause: isinstance(cause, ssl.SSLCertVerificationError), _untrusted),
    (lambda cause: isinstance(cause, socket.gaierror), _unresolved),
    (lambda cause: isinstance(cause, ConnectionRefusedError), _refused),
    (_is_named("UnsupportedProtocol", "InvalidURL", "LocalProtocolError", "UnicodeEncodeError"), _malformed),
    (_is_named("ReadTimeout", "WriteTimeout"), _late),
    (_is_named("ConnectError", "ConnectTimeout", "ProxyError"), _out_of_reach),
)
"""The first that fits decides. The client's own exceptions go by name, so that it is not imported here."""
