"""One fake endpoint for the tests of a worker process, told anew for every test how to behave."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from corpusmith.evals.speed.fake_endpoint import Endpoint, running_endpoint


@pytest.fixture(scope="session")
def shared_endpoint() -> Iterator[Endpoint]:
    with running_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared_endpoint: Endpoint) -> Endpoint:
    """A fake endpoint that behaves well and has seen nothing; ``endpoint.behave(Behaviour(...))`` changes that."""
    shared_endpoint.behave()
    return shared_endpoint


@pytest.fixture(scope="session")
def nobodys_url() -> str:
    """A base URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/v1"
