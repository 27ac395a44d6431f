"""``corpusmith config show``: every setting, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpusmith.interfaces.commands.config import show


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a configuration file, and a key and a model in the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpusmith.toml").write_text(
        '[models.default]\nbase_url = "https://me:word@models.example/v1?token=abc"\n[limits]\nmax_usd = 2.0\n'
    )
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "CORPUSMITH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CORPUSMITH_MODEL", "my-model")
    monkeypatch.setenv("CORPUSMITH_API_KEY", "sk-very-secret")
    return tmp_path


def test_each_setting_stands_with_its_value_and_origin(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(None, origin=True, as_json=False) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines["models.default.model"] == ["my-model", "CORPUSMITH_MODEL"]
    assert lines["models.default.temperature"] == ["-", "default"]
    assert lines["limits.max_usd"] == ["2.0", "corpusmith.toml"]
    assert lines["models.default.api_key"] == ["set", "(CORPUSMITH_API_KEY)", "CORPUSMITH_API_KEY"]


def test_no_key_and_no_password_is_shown(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (False, True):
        show(None, origin=True, as_json=as_json)
        out = capsys.readouterr().out
        assert "https://models.example/v1" in out
        assert all(secret not in out for secret in ("sk-very-secret", "word", "abc"))


def test_without_origin_only_values_are_shown(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(None, origin=False, as_json=False)
    assert "CORPUSMITH_MODEL" not in capsys.readouterr().out


def test_json_has_one_object_per_setting(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(None, origin=True, as_json=True)
    settings = json.loads(capsys.readouterr().out)
    assert {"name": "limits.max_usd", "value": 2.0, "origin": "corpusmith.toml"} in settings


def test_showing_makes_nothing(configured: Path, isolated_home: Path) -> None:
    show(None, origin=True, as_json=False)
    assert not (isolated_home / "corpusmith").exists()
