"""The server: HTTP/1.1 with keep-alive over plain asyncio, as little work per request as can be."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections import Counter
from typing import Any, NamedTuple

from .answers import chat_body, chat_chunks, chat_text, embedding_body
from .behaviour import Behaviour, text_of
from .refusals import refusal_of

CONTROL = "/control/"


class Seen(NamedTuple):
    """One line of the request log: the path, the address of the body, its content, the fault it had, the status sent."""

    path: str
    body: str
    content: dict[str, Any]
    fault: str
    status: int


class State:
    """What the endpoint is told to do and what it has seen since."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.received: Counter[str] = Counter()
        self.log: list[Seen] = []
        self.in_flight = 0
        self.most_in_flight = 0

    def fault(self, authorization: str, content: dict[str, Any], body: bytes, attempt: int) -> str:
        """Return the fault of a request, told or earned."""
        behaviour = self.behaviour
        text = text_of(content)
        if behaviour.api_key and authorization != f"Bearer {behaviour.api_key}":
            return "unauthorized"
        if behaviour.models and content.get("model") not in behaviour.models:
            return "unknown_model"
        if behaviour.capacity and self.in_flight > behaviour.capacity:
            return "busy"
        if behaviour.context_words and len(text.split()) > behaviour.context_words:
            return "overflow"
        return behaviour.fault(text, body, attempt)


class Server:
    """Holds the state that every connection shares."""

    def __init__(self) -> None:
        self.state = State(Behaviour())

    async def answer(self, connection: Connection, path: str, headers: dict[str, str], body: bytes) -> None:
        """Answer one request, or do to it what the behaviour says."""
        if path.startswith(CONTROL):
            return connection.send_json(200, self._control(path.removeprefix(CONTROL), body))
        if path.endswith("/models"):
            listed = [{"id": model, "object": "model", "owned_by": "test"} for model in self.state.behaviour.models]
            if self._locked(headers):
                return connection.send_json(401, {"error": {"message": "Incorrect API key provided."}})
            return connection.send_json(200, {"object": "list", "data": listed})
        state = self.state
        state.in_flight += 1
        state.most_in_flight = max(state.most_in_flight, state.in_flight)
        try:
            await self._work(state, connection, path, headers, body)
        finally:
            state.in_flight -= 1
        return None

    def _locked(self, headers: dict[str, str]) -> bool:
        key = self.state.behaviour.api_key
        return bool(key) and headers.get("authorization") != f"Bearer {key}"

    async def _work(
        self, state: State, connection: Connection, path: str, headers: dict[str, str], body: bytes
    ) -> None:
        content = json.loads(body)
        address = hashlib.sha256(body).hexdigest()
        state.received[address] += 1
        fault = state.fault(headers.get("authorization", ""), content, body, state.received[address])
        refusal = refusal_of(fault, content, state.behaviour)
        status = refusal.status if refusal else 0 if fault in ("drop", "hang") else 200
        at = len(state.log)
        state.log.append(Seen(path, address, content, fault, 0))
        if fault == "hang":
            await connection.lost.wait()
        if state.behaviour.latency_s:
            await asyncio.sleep(state.behaviour.latency_s)
        if connection.lost.is_set():
            return
        state.log[at] = Seen(path, address, content, fault, status)
        if refusal:
            connection.send_json(refusal.status, refusal.body, refusal.headers)
        else:
            _succeed(connection, path, content, body, state.behaviour, fault)

    def _control(self, name: str, body: bytes) -> Any:
        state = self.state
        if name == "behave":
            self.state = State(Behaviour(**json.loads(body)))
            return {}
        if name == "log":
            return [line._asdict() for line in state.log]
        return {"received": state.received, "most_in_flight": state.most_in_flight, "in_flight": state.in_flight}


def _succeed(
    connection: Connection, path: str, content: dict[str, Any], body: bytes, behaviour: Behaviour, fault: str
) -> None:
    if fault == "drop":
        return connection.close()
    if path.endswith("/embeddings"):
        return connection.send_json(200, embedding_body(content, behaviour), fault=fault)
    text = chat_text(content, body, behaviour, fault)
    if content.get("stream"):
        return connection.send_stream(chat_chunks(content, text, fault), fault)
    return connection.send_json(200, chat_body(content, text, fault), fault=fault)


class Connection(asyncio.Protocol):
    """One connection: cuts what comes in into requests, and sends answers."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._tasks: set[asyncio.Task[None]] = set()
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        task = asyncio.create_task(self._server.answer(self, request.split(" ")[1], headers, rest[:length]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def send_json(
        self, status: int, content: Any, headers: dict[str, str] | None = None, *, fault: str = "none"
    ) -> None:
        """Send a whole answer; two faults spoil its body."""
        body = json.dumps(content).encode()
        sent = body[: len(body) // 2] if fault in ("invalid_body", "truncated_body") else body
        length = len(body) if fault == "truncated_body" else len(sent)
        named = {"Content-Type": "application/json", "Content-Length": str(length), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._transport.write(f"HTTP/1.1 {status} .\r\n{head}\r\n".encode() + sent)
        if fault == "truncated_body":
            self.close()

    def send_stream(self, chunks: list[dict[str, Any]], fault: str) -> None:
        """Send pieces as server-sent events; ``truncated_body`` ends after half of them, ``invalid_body`` spoils one."""
        self._transport.write(
            b"HTTP/1.1 200 .\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        lines = [json.dumps(chunk) for chunk in chunks]
        if fault == "invalid_body":
            lines[0] = lines[0][:9]
        if fault == "truncated_body":
            lines = lines[: len(lines) // 2]
        for line in [*lines, "[DONE]"] if fault != "truncated_body" else lines:
            event = f"data: {line}\n\n".encode()
            self._transport.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        if fault == "truncated_body":
            return self.close()
        return self._transport.write(b"0\r\n\r\n")

    def close(self) -> None:
        """End the connection; what was written is still sent."""
        self._transport.close()


async def serve_until_stdin_ends() -> None:
    """Serve on a free port of the loopback, print the port, and end with the process that holds our standard input."""
    loop = asyncio.get_running_loop()
    shared = Server()
    listening = await loop.create_server(lambda: Connection(shared), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{listening.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    listening.close()
