"""The tests' own ground: nothing reaches the network or a person's files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
import pytest_socket


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_connection_to_another_machine_is_refused() -> None:
    with pytest.raises(pytest_socket.SocketConnectBlockedError), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))


def test_a_connection_to_this_machine_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_home_and_workspace_are_new_and_the_temporary_folder_is_empty(tmp_path: Path, isolated_home: Path) -> None:
    assert Path.home() == isolated_home
    assert not list(isolated_home.iterdir())
    assert not list(tmp_path.iterdir())
    assert Path(os.environ["CORPUSMITH_HOME"]).parent == isolated_home
