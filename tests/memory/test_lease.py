import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.memory.lease import Lease

_HOLD = """
import sys, time
from pathlib import Path
from corpusmith.memory.lease import Lease
Lease(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(600)
"""


def test_a_second_holder_is_told_the_process_of_the_first(tmp_path: Path) -> None:
    with Lease(tmp_path), pytest.raises(UserError, match=f"process {os.getpid()}"):
        Lease(tmp_path).acquire()


def test_a_lease_can_be_taken_again_after_it_was_given_back(tmp_path: Path) -> None:
    with Lease(tmp_path) as first, pytest.raises(UserError):
        Lease(tmp_path).acquire()
    with Lease(tmp_path) as second:
        assert second is not first


def test_leases_of_different_threads_do_not_meet(tmp_path: Path) -> None:
    with Lease(tmp_path, "C1/17.1"), Lease(tmp_path, "C1/17.2"), Lease(tmp_path / "other"):
        assert len(list(tmp_path.glob(".*.lease"))) == 2


def test_giving_back_what_is_not_held_does_nothing(tmp_path: Path) -> None:
    Lease(tmp_path).release()

    with Lease(tmp_path), pytest.raises(UserError), Lease(tmp_path):
        pass


def test_a_killed_process_loses_its_lease(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=f"process {holder.pid}"):
            Lease(tmp_path).acquire()
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with Lease(tmp_path):
        pass
