"""What a full or closed disk looks like to a person, with real disks."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.writing import DATASET_FORMATS, DatasetWriter, write_jsonl

FILL = """
import os, sys
from pathlib import Path
import pyarrow as pa
from corpusmith.engine.errors import UserError
from corpusmith.engine.writing import DatasetWriter, write_jsonl

disk, form = Path(sys.argv[1]), sys.argv[2]
try:
    if form == "log":
        write_jsonl(disk / "log.jsonl", ({"x": "y" * 1000} for _ in range(5000)))
    with DatasetWriter(disk / "out", pa.schema([("x", pa.string())]), format=form, row_group=100) as writer:
        for _ in range(100):
            writer.write(pa.RecordBatch.from_pylist([{"x": os.urandom(500).hex()} for _ in range(100)]))
        writer.close("")
except UserError as error:
    print(error.what, error.why, error.fix, [path.name for path in disk.iterdir()], sep="|")
"""


def in_a_mount(folder: Path, options: str, form: str) -> subprocess.CompletedProcess[str]:
    """Run ``FILL`` with a disk of its own at ``folder``, in a user namespace."""
    mount = f'mount -t tmpfs -o {options} tmpfs "{folder}"'
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True).returncode
    ):
        pytest.skip("no user namespace to mount a small disk in")
    command = f'{mount} && exec "{sys.executable}" -c "$0" "{folder}" {form}'
    return subprocess.run(["unshare", "-rm", "sh", "-c", command, FILL], capture_output=True, text=True)


@pytest.fixture
def small_file_limit() -> Iterator[None]:
    """Files end at 100 kB: the system refuses the rest as it would on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", [*DATASET_FORMATS, "log"])
def test_a_full_disk_is_told_to_the_person_and_leaves_nothing(tmp_path: Path, form: str) -> None:
    done = in_a_mount(tmp_path, "size=1m", form)
    assert done.stderr == ""
    what, why, fix, left = done.stdout.strip().split("|")
    assert what.startswith("There is no space left to write")
    assert (why, fix, left) == ("No space left on device.", "Free some space, then give the same command again.", "[]")


@pytest.mark.parametrize("form", ["parquet", "log"])
def test_a_read_only_disk_is_told_to_the_person(tmp_path: Path, form: str) -> None:
    done = in_a_mount(tmp_path, "ro,size=1m", form)
    assert done.stderr == ""
    what, why, fix, _ = done.stdout.strip().split("|")
    assert what.endswith("may not be written.")
    assert (why, fix) == ("Read-only file system.", "Choose another place, or change its permissions.")


@pytest.mark.usefixtures("small_file_limit")
@pytest.mark.parametrize("form", DATASET_FORMATS)
def test_a_file_that_may_not_grow_leaves_nothing(tmp_path: Path, form: Any) -> None:
    with DatasetWriter(tmp_path / "out", pa.schema([("x", pa.string())]), format=form, row_group=10) as writer:
        with pytest.raises(UserError, match="no space left"):
            for _ in range(9):
                writer.write(pa.RecordBatch.from_pylist([{"x": os.urandom(500).hex()} for _ in range(100)]))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small_file_limit")
def test_a_log_that_may_not_grow_keeps_the_former_one(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "log.jsonl", [{"x": 1}])
    with pytest.raises(UserError, match="no space left"):
        write_jsonl(tmp_path / "log.jsonl", ({"x": "y" * 1000} for _ in range(1000)))
    assert (tmp_path / "log.jsonl").read_text() == '{"x":1}\n'
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]


def test_a_place_below_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be written"):
        DatasetWriter(tmp_path / "file" / "out", pa.schema([]))
    with pytest.raises(UserError, match="could not be written"):
        write_jsonl(tmp_path / "file" / "log.jsonl", [])


def test_a_target_that_is_a_file_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="is a file"):
        DatasetWriter(tmp_path / "out", pa.schema([]))
    assert (tmp_path / "out").read_text() == "mine"


def test_a_read_only_target_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(UserError, match="may not be written"):
        DatasetWriter(tmp_path / "out", pa.schema([]))
