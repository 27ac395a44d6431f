"""``corpusmith doctor``, through the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpusmith.interfaces.examination.finding import without_home
from corpusmith.interfaces.examination.packages import examine_packages
from corpusmith.interfaces.examination.surroundings import examine_sandbox
from corpusmith.sandbox.availability import Availability


def findings(ended: Any) -> dict[tuple[str, str], dict[str, str]]:
    return {(finding["area"], finding["name"]): finding for finding in ended.json()["findings"]}


def test_a_machine_with_all_that_the_base_needs_ends_0(corpusmith: Any) -> None:
    ended = corpusmith("doctor")
    assert ended.code == 0
    assert "Everything that the base needs is there." in ended.out
    assert max(len(line.rstrip()) for line in ended.out.splitlines()) <= 80
    assert "\x1b" not in ended.out
    found = findings(corpusmith("doctor", "--json"))
    assert found["packages", "pyarrow"]["state"] == "ok"
    assert found["corpusmith", "Python"]["detail"].startswith(".".join(map(str, sys.version_info[:3])))


def test_it_makes_nothing(corpusmith: Any, isolated_home: Path, tmp_path: Path) -> None:
    assert corpusmith("doctor", "--workspace", tmp_path / "a" / "b").code == 0
    assert not list(isolated_home.iterdir())
    assert not list(tmp_path.iterdir())


def test_the_home_folder_is_a_tilde_and_secrets_stay_secret(
    corpusmith: Any, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUSMITH_API_KEY", "sk-very-secret")
    monkeypatch.setenv("CORPUSMITH_BASE_URL", "https://user:pass@models.example/v1")
    for arguments in (["doctor"], ["doctor", "--json"]):
        ended = corpusmith(*arguments)
        assert str(isolated_home) not in ended.out
        assert "secret" not in ended.out
        assert "models.example" not in ended.out
        assert "~/corpusmith" in ended.out
    found = findings(ended)
    assert found["model", "CORPUSMITH_API_KEY"]["detail"] == "set"


def test_without_an_endpoint_it_is_said_what_works(corpusmith: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSMITH_API_KEY", raising=False)
    monkeypatch.delenv("CORPUSMITH_BASE_URL", raising=False)
    found = findings(corpusmith("doctor", "--json"))
    assert found["model", "CORPUSMITH_API_KEY"]["detail"] == "not set"
    assert "works without a model" in found["model", "endpoint"]["detail"]


def test_a_workspace_that_is_a_file_is_broken_and_ends_2(corpusmith: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = corpusmith("doctor", "--workspace", tmp_path / "file", "--json")
    assert ended.code == 2
    assert ended.json()["ok"] is False
    assert findings(ended)["workspace", "folder"]["state"] == "broken"
    assert "Broken: folder." in corpusmith("doctor", "--workspace", tmp_path / "file").out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_workspace_that_cannot_be_written_is_broken(corpusmith: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ended = corpusmith("doctor", "--workspace", tmp_path / "ws", "--json")
    tmp_path.chmod(0o700)
    assert ended.code == 2
    assert findings(ended)["workspace", "folder"]["state"] == "broken"


def test_the_index_is_built_once_something_was_searched(corpusmith: Any) -> None:
    before = findings(corpusmith("doctor", "--json"))["workspace", "operator index"]
    corpusmith("operators", "search", "words")
    after = findings(corpusmith("doctor", "--json"))["workspace", "operator index"]
    assert (before["detail"].split(",")[0], after["detail"]) == ("not built yet", "built")


def test_it_works_where_slow_libraries_cannot_even_be_imported() -> None:
    """The doctor has to say that a package is missing, so it must not need it."""
    program = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pandas", "polars", "pyarrow", "numpy", "chromadb", "orjson", "langgraph"}:
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Missing())
sys.argv = ["corpusmith", "doctor"]
from corpusmith.interfaces.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_missing_and_unsuitable_packages_come_with_the_command_that_mends_them() -> None:
    missing, old, fine, extra = examine_packages(
        ["no-such-package>=3,<4", "rich>=999", "typer>=0.1", "no-such-tool>=1; extra == 'web'", "rich; extra == 'web'"]
    )
    assert (missing.state, missing.detail) == ("broken", "missing")
    assert missing.mend == "python -m pip install 'no-such-package>=3,<4'"
    assert (old.state, "needed is >=999" in old.detail) == ("broken", True)
    assert fine.state == "ok"
    assert (extra.area, extra.name, extra.state) == ("extras", "web", "note")
    assert extra.detail == "missing: no-such-tool"
    assert extra.mend == "python -m pip install 'corpusmith[web]'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{home}/a", "~/a"),
        ("at {home}", "at ~"),
        ("{home}2/a", "{home}2/a"),
        ("'{home}'", "'~'"),
    ],
)
def test_only_the_home_folder_itself_becomes_a_tilde(text: str, shown: str, isolated_home: Path) -> None:
    assert without_home(text.format(home=isolated_home)) == shown.format(home=isolated_home)


def test_a_sandbox_that_cannot_be_had_is_a_note_with_the_way_to_one() -> None:
    seen = Availability("Linux 5.4 x86_64", is_linux=True, is_real_root=False, user_namespaces=True, landlock_abi=None)
    found = {finding.name: finding for finding in examine_sandbox(seen)}
    assert {finding.state for finding in found.values()} == {"ok", "note"}
    assert "will not be run" in found["offer"].detail
    assert "install bubblewrap" in found["offer"].mend
    assert found["bubblewrap"].mend == ""
