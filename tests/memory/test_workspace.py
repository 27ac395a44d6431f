from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.memory.workspace import Workspace


def test_the_flag_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUSMITH_HOME", str(tmp_path / "from_environment"))

    assert Workspace.locate(tmp_path / "flag").root == tmp_path / "flag"
    assert Workspace.locate().root == tmp_path / "from_environment"


@pytest.mark.parametrize("value", [None, ""])
def test_without_flag_and_environment_it_is_beside_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CORPUSMITH_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("CORPUSMITH_HOME", value)

    assert Workspace.locate().root == tmp_path / ".corpusmith"


def test_locating_a_workspace_makes_nothing_and_asking_for_a_folder_makes_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    assert not workspace.root.exists()

    folders = [workspace.operators, workspace.index, workspace.runs, workspace.threads, workspace.cache]

    assert all(folder.is_dir() for folder in folders)
    assert sorted(path.name for path in workspace.root.iterdir()) == ["cache", "index", "operators", "runs", "threads"]


def test_a_workspace_that_moves_with_the_working_directory_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace = Workspace(Path("home"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert workspace.runs == tmp_path / "home" / "runs"


def test_a_root_that_is_a_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match=r"is not a folder.*--workspace"):
        Workspace(tmp_path / "file")


def test_a_root_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="cannot be made"):
        _ = Workspace(tmp_path / "file" / "home").runs


def test_a_root_that_cannot_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "os.access", lambda path, mode: False
    )  # root may write anywhere, so the mode bits prove nothing

    with pytest.raises(UserError, match="cannot be written to"):
        _ = Workspace(tmp_path).cache
