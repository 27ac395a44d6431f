"""Every report of an endpoint becomes the right kind of fault, and says nothing that must not be seen."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.gateway.endpoint.classification import (
    fault_in_body,
    fault_of_connection,
    fault_of_status,
    redacted,
)
from corpusmith.engine.gateway.endpoint.faults import (
    PassingError,
    RefusedError,
    UnknownModelError,
    UnreachableError,
    UnusableError,
    WireError,
)
from corpusmith.engine.gateway.endpoint.retry_after import seconds_asked


def fault(status: int, message: str = "", **codes: Any) -> WireError:
    body = orjson.dumps({"error": {"message": message, **codes}})
    return fault_of_status(status, {}, body, model="some-model")


OVERFLOWS = [
    (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."),
    (400, "The decoder prompt (length 9001) is longer than the maximum model length of 4096."),
    (400, "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it"),
    (500, "Context size has been exceeded."),
    (400, "Requested tokens (2285) exceed context window of 2048"),
    (400, "The input (9001 tokens) is longer than the model's context length (4096 tokens)."),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096."),
    (400, "max_tokens must be at least 1, got -186."),
    (413, "The prompt is too long: 9001 tokens"),
]


@pytest.mark.parametrize(("status", "message"), OVERFLOWS)
def test_an_overflow_is_known_by_the_words_of_each_server(status: int, message: str) -> None:
    found = fault(status, message)
    assert isinstance(found, RefusedError)
    assert found.kind == "context_overflow"


def test_an_overflow_is_known_by_its_code_alone() -> None:
    for code in ({"code": "context_length_exceeded"}, {"type": "exceed_context_size_error"}):
        found = fault(400, "No.", **code)
        assert isinstance(found, RefusedError)
        assert found.kind == "context_overflow"


@pytest.mark.parametrize(
    "codes", [{"code": "content_filter"}, {"innererror": {"code": "ResponsibleAIPolicyViolation"}}]
)
def test_a_filter_is_told_from_other_refusals(codes: dict[str, Any]) -> None:
    found = fault(400, "No.", **codes)
    assert isinstance(found, RefusedError)
    assert found.kind == "content_filter"


@pytest.mark.parametrize("status", [400, 413, 422, 418])
def test_what_is_wrong_with_one_request_refuses_it_with_the_words_of_the_endpoint(status: int) -> None:
    found = fault(status, "Invalid value for 'messages'.")
    assert isinstance(found, RefusedError)
    assert found.kind == "refused"
    assert "Invalid value" in str(found)


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 520, 529])
def test_what_may_pass_is_passing_and_not_busy(status: int) -> None:
    found = fault(status, "Oops.")
    assert isinstance(found, PassingError)
    assert not found.busy


def test_429_is_busy_and_says_how_long_to_wait() -> None:
    found = fault_of_status(429, {"retry-after": "7"}, b"")
    assert isinstance(found, PassingError)
    assert (found.busy, found.retry_after) == (True, 7.0)


@pytest.mark.parametrize(
    ("status", "message", "codes"),
    [
        (401, "Incorrect API key provided", {}),
        (403, "No access", {}),
        (402, "Payment required", {}),
        (429, "You exceeded your current quota", {"code": "insufficient_quota"}),
        (404, "Not Found", {}),
        (405, "Method not allowed", {}),
        (501, "This server does not support embeddings.", {}),
        (307, "", {}),
    ],
)
def test_what_no_request_can_pass_stops_with_a_fix(status: int, message: str, codes: dict[str, Any]) -> None:
    found = fault(status, message, **codes)
    assert isinstance(found, UnusableError)
    assert found.fix


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "The model `x` does not exist."),
        (400, "Invalid model: x"),
        (404, "model x not found, try pulling it first"),
    ],
)
def test_an_unknown_model_is_named(status: int, message: str) -> None:
    found = fault(status, message)
    assert isinstance(found, UnknownModelError)
    assert "`some-model`" in str(found)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Bad gateway</html>", b"null", b'"text"', b'{"error": "text"}', b'{"detail": "d"}', b"[1]", b"\xff"],
)
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_any_body_makes_a_fault(status: int, body: bytes) -> None:
    assert str(fault_of_status(status, {}, body))


@given(st.integers(300, 599), st.binary(max_size=200))
def test_every_status_with_any_body_is_a_fault(status: int, body: bytes) -> None:
    assert isinstance(fault_of_status(status, {}, body), WireError)


def test_a_message_holds_neither_key_nor_address() -> None:
    secrets = ("my-secret-key", "http://models.example.org:8000/v1", "models.example.org:8000", "models.example.org")
    said = (
        "Key my-secret-key at http://models.example.org:8000/v1 (models.example.org), or sk-abc123***xyz, hf_abcdefgh, "
        "Bearer abcdef, via http://10.0.0.7:80/x, 10.0.0.7:8000, localhost:99"
    )
    for status in (400, 422, 500, 501):
        message = str(fault_of_status(status, {}, orjson.dumps({"error": {"message": said}}), secrets=secrets))
        for hidden in ("my-secret-key", "example.org", "sk-abc", "hf_abc", "abcdef", "10.0.0.7", "localhost"):
            assert hidden not in message


def test_long_words_are_cut() -> None:
    assert len(redacted("word " * 1000)) == 300


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": 429, "message": "Rate limited upstream"}}, PassingError),
        ({"code": 400, "message": "maximum context length is 9"}, RefusedError),
        ({"error": {"code": 401, "message": "No auth"}}, UnusableError),
        ({"error": {"code": "oops", "message": "?"}}, None),
        ({"choices": []}, None),
        ([], None),
    ],
)
def test_a_fault_inside_a_body_is_found(body: object, kind: type[WireError] | None) -> None:
    found = fault_in_body(body)
    assert found is None if kind is None else isinstance(found, kind)


def caused_by(cause: BaseException) -> Exception:
    error = RuntimeError("Connection error.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (ConnectionRefusedError(), UnreachableError),
        (socket.gaierror(-2, "Name or service not known"), UnreachableError),
        (ssl.SSLCertVerificationError(), UnusableError),
        (ConnectionResetError(), PassingError),
        (TimeoutError(), PassingError),
    ],
)
def test_a_broken_connection_is_told_by_its_cause(cause: BaseException, kind: type[WireError]) -> None:
    assert type(fault_of_connection(caused_by(cause))) is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_retry_after_is_read_as_seconds(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_asked(headers) == seconds


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    asked = seconds_asked({"retry-after": later})
    assert asked is not None
    assert 0 < asked <= 1000
