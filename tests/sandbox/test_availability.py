"""What a machine could offer a sandbox: the choice as a table, and the look at this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpusmith.sandbox.availability import Availability, look

GOOD = Availability(
    "Linux 6.12 x86_64",
    is_linux=True,
    is_real_root=False,
    bubblewrap="0.11.0",
    user_namespaces=True,
    landlock_abi=6,
)


@pytest.mark.parametrize(
    ("changes", "tier", "advice"),
    [
        ({}, "bubblewrap", ""),
        ({"landlock_abi": None}, "bubblewrap", ""),
        ({"user_namespaces": False}, "bubblewrap", ""),
        ({"bubblewrap": None}, "landlock", "install bubblewrap"),
        ({"bubblewrap": None, "landlock_abi": 5}, "none", "install bubblewrap"),
        ({"bubblewrap_error": "no", "user_namespaces": False, "switch": "sudo sysctl x=1"}, "landlock", "sysctl x=1"),
        ({"bubblewrap_error": "no", "user_namespaces": False, "landlock_abi": 1}, "none", "Allow user namespaces"),
        ({"bubblewrap_error": "no"}, "landlock", "Find out why"),
        ({"is_real_root": True}, "bubblewrap", ""),
        ({"is_known_machine": False}, "none", "x86-64"),
        ({"is_linux": False, "bubblewrap": None, "landlock_abi": None}, "none", "Use Linux"),
    ],
)
def test_the_tier_is_the_strongest_that_there_is_and_the_advice_leads_to_the_best(
    changes: dict[str, object], tier: str, advice: str
) -> None:
    seen = replace(GOOD, **changes)
    assert seen.tier == tier
    assert advice in seen.advice
    assert bool(seen.advice) == (tier != "bubblewrap")


def fake_bubblewrap(folder: Path, script: str) -> None:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux")
class TestThisMachine:
    def test_a_look_changes_nothing_and_is_the_same_twice(self) -> None:
        namespaces = sorted((entry.name, entry.readlink()) for entry in Path("/proc/self/ns").iterdir())
        seen = look()
        assert seen == look()
        assert seen.is_linux
        assert seen.landlock_abi is None or seen.landlock_abi >= 1
        assert sorted((entry.name, entry.readlink()) for entry in Path("/proc/self/ns").iterdir()) == namespaces

    def test_what_could_not_be_tried_is_not_called_forbidden(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
        assert look().user_namespaces is None

    def test_no_bubblewrap_on_the_path_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert look().bubblewrap is None

    def test_a_bubblewrap_that_starts_gives_its_version(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake_bubblewrap(tmp_path, 'if [ "$1" = --version ]; then echo bubblewrap 9.9.9; fi')
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        seen = look()
        assert (seen.bubblewrap, seen.bubblewrap_error) == ("9.9.9", "")

    def test_a_bubblewrap_that_cannot_start_says_why(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake_bubblewrap(
            tmp_path, '[ "$1" = --version ] && echo bubblewrap 9.9.9 || { echo "no permission" >&2; exit 1; }'
        )
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        seen = look()
        assert seen.bubblewrap_error == "no permission"
        assert seen.tier != "bubblewrap"
