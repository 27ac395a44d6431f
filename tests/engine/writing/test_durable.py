"""What stands on the disk after a stop at any moment: the old folder or the new one."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.writing import DatasetWriter, durable, read_dataset, write_jsonl


def write(folder: Path, *numbers: int) -> None:
    batch = pa.RecordBatch.from_pydict({"x": pa.array(numbers, pa.int64())})
    with DatasetWriter(folder, batch.schema, format="jsonl") as writer:
        writer.write(batch)
        writer.close("# Card\n")


def content(folder: Path) -> str:
    return "".join(path.read_text() for path in read_dataset(folder)["train"])


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files and folders that were synchronised, in order; the system still does it."""
    seen: list[str] = []
    real = os.fsync

    def recorded(handle: int) -> None:
        seen.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    return seen


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not say which file a handle is")
def test_files_are_on_the_disk_before_the_folder_that_names_them(tmp_path: Path, synced: list[str]) -> None:
    write(tmp_path / "out", 1)
    assert synced == ["train-00000.jsonl", "README.md", "data", ".out.partial", tmp_path.name]
    synced.clear()
    write_jsonl(tmp_path / "log.jsonl", [{"x": 1}])
    assert synced == [".log.jsonl.partial", tmp_path.name]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exchange:
        monkeypatch.setattr(durable, "_exchanged", lambda one, other: False)
    for number in (1, 2, 3):
        write(tmp_path / "out", number)
        assert content(tmp_path / "out") == f'{{"x":{number}}}\n'
        assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_folders_change_places_at_once_where_the_system_can(tmp_path: Path) -> None:
    (tmp_path / "a" / "was a").mkdir(parents=True)
    (tmp_path / "b" / "was b").mkdir(parents=True)
    if not durable._exchanged(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system cannot exchange two folders")
    assert (tmp_path / "a" / "was b").is_dir()
    assert (tmp_path / "b" / "was a").is_dir()


def test_a_replacement_that_was_cut_off_between_its_steps_is_undone(tmp_path: Path) -> None:
    write(tmp_path / "out", 1)
    (tmp_path / "out").rename(tmp_path / ".out.replaced")
    writer = DatasetWriter(tmp_path / "out", pa.schema([("x", pa.int64())]))
    assert content(tmp_path / "out") == '{"x":1}\n'
    writer.abandon()


def test_a_failing_second_step_brings_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", 1)
    monkeypatch.setattr(durable, "_exchanged", lambda one, other: False)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name == ".out.partial":
            raise OSError(5, "input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(UserError, match="could not be written"):
        write(tmp_path / "out", 2)
    monkeypatch.undo()
    assert content(tmp_path / "out") == '{"x":1}\n'
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
