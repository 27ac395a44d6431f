"""What every test stands on: no network but loopback, no person's home folder, and real data only when it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

os.environ["HF_HUB_OFFLINE"] = "1"

EVAL_DATA = "CORPUSMITH_EVAL_DATA"

# A busy machine makes no test wrong: no example has a time limit.
settings.register_profile("no_clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no_clock")


def pytest_runtest_setup() -> None:
    """Let a test connect to this machine only, which event loops and fake endpoints need."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty home folder and a workspace in it; ``tmp_path`` stays empty."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("CORPUSMITH_HOME", str(home / "corpusmith"))
    return home


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """The folder of real data sets that ``CORPUSMITH_EVAL_DATA`` names; a test that asks for it skips without it."""
    named = os.environ.get(EVAL_DATA, "")
    if not named:
        pytest.skip(f"{EVAL_DATA} is not set; it names a folder of real data sets")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"{EVAL_DATA} names {folder}, and there is no such folder")
    return folder
