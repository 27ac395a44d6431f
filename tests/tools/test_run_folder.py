"""Who may write to a run folder, and what is removed when one run replaces another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.tools.run_folder import WORK, claimed, read_marker, refuse_foreign_folder


def leave(out: Path, command: str = "first") -> None:
    """Leave ``out`` as a run of ``command`` would."""
    with claimed(out, command, [], force=False) as work:
        (work / "stages").mkdir()
        (out / "dataset").mkdir()
        (out / "dataset" / "README.md").write_text("card")
        (out / "manifest.json").write_text("{}")


def test_a_new_folder_is_made_and_remembers_its_command(tmp_path: Path) -> None:
    with claimed(tmp_path / "a" / "b", "first", [], force=False) as work:
        assert work == tmp_path / "a" / "b" / WORK
    assert read_marker(tmp_path / "a" / "b") == {"command": "first"}


def test_the_same_command_keeps_what_is_there(tmp_path: Path) -> None:
    leave(tmp_path)
    with claimed(tmp_path, "first", [], force=True) as work:
        assert (work / "stages").is_dir()
        assert (tmp_path / "dataset" / "README.md").is_file()


def test_another_command_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    leave(tmp_path)
    with pytest.raises(UserError, match="holds another run"), claimed(tmp_path, "second", [], force=False):
        pass
    assert read_marker(tmp_path)["command"] == "first"
    assert (tmp_path / "manifest.json").exists()


def test_a_folder_with_files_of_nobody_we_know_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="no run made it"), claimed(tmp_path, "first", [], force=False):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_force_removes_what_the_other_run_left_and_nothing_else(tmp_path: Path) -> None:
    leave(tmp_path)
    (tmp_path / "thesis.txt").write_text("years of work")
    with claimed(tmp_path, "second", [], force=True) as work:
        assert not (work / "stages").exists()
        assert not (tmp_path / "dataset").exists()
        assert not (tmp_path / "manifest.json").exists()
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert read_marker(tmp_path) == {"command": "second"}


def test_force_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("")
    with claimed(tmp_path / "out", "first", [], force=False):
        (tmp_path / "out" / "dataset").symlink_to(elsewhere)
    with claimed(tmp_path / "out", "second", [], force=True):
        assert not (tmp_path / "out" / "dataset").exists()
    assert (elsewhere / "kept").exists()


def test_a_run_that_was_killed_before_it_left_its_mark_does_not_block_the_folder(tmp_path: Path) -> None:
    (tmp_path / WORK).mkdir()
    with claimed(tmp_path, "first", [], force=False):
        pass
    assert read_marker(tmp_path) == {"command": "first"}


def test_a_folder_in_use_is_refused_even_with_force_and_kept(tmp_path: Path) -> None:
    leave(tmp_path)
    holder = "import sys, pathlib; from corpusmith.tools.run_folder import claimed\n"
    holder += "with claimed(pathlib.Path(sys.argv[1]), 'first', [], force=False): print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(UserError, match="being worked on"), claimed(tmp_path, "second", [], force=True):
            pass
        assert (tmp_path / "manifest.json").exists()
        process.communicate(b"\n")
    with claimed(tmp_path, "second", [], force=True):
        assert not (tmp_path / "manifest.json").exists()


@pytest.mark.parametrize("force", [False, True])
def test_the_input_may_not_lie_in_the_output_nor_the_output_in_the_input(tmp_path: Path, force: bool) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "rows.jsonl").write_text("")
    with pytest.raises(UserError, match="holds the input"):
        refuse_foreign_folder(data, "first", [data / "rows.jsonl"], force=force)
    with pytest.raises(UserError, match="lies in the input folder"):
        refuse_foreign_folder(data / "out", "first", [data], force=force)
    refuse_foreign_folder(tmp_path / "out", "first", [data], force=force)


def test_a_file_is_no_run_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file"), claimed(tmp_path / "file", "first", [], force=True):
        pass
    with (
        pytest.raises(UserError, match="could not be written"),
        claimed(tmp_path / "file" / "out", "first", [], force=True),
    ):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everywhere")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_cannot_be_read_or_written_is_an_error_of_the_person(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(UserError, match="Cannot write"), claimed(tmp_path, "first", [], force=False):
        pass
    tmp_path.chmod(0o700)
