"""Opening the sandbox of a run: the tier that holds, what is remembered, and refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.sandbox import probe as probing
from corpusmith.sandbox.availability import Availability
from corpusmith.sandbox.launch.job import Job, Launch, Tier
from corpusmith.sandbox.launch.staging import Staging
from corpusmith.sandbox.opening import open_sandbox, open_unsafe
from corpusmith.sandbox.probe import attack_tiers, hole, probe
from corpusmith.sandbox.unsafe import UNSAFE

NOTHING = Availability("Linux 5.4 x86_64", is_linux=True, is_real_root=False, landlock_abi=1)


def test_a_tier_that_this_machine_can_run_holds(tier: Tier) -> None:
    assert hole(tier) == ""


class Leaky:
    """A tier whose filter of system calls is missing, or whose files are all in reach."""

    name = "leaky"

    def __init__(self, tier: Tier) -> None:
        self._tier = tier

    def launch(self, job: Job, staging: Staging) -> Launch:
        launch = self._tier.launch(job, staging)
        if launch.orders.landlock:
            everything = {"readable": ["/"], "writable": ["/"]}
            return replace(launch, orders=replace(launch.orders, landlock=everything))
        folder = staging.root.parent
        at = launch.command.index("--remount-ro", launch.command.index("/in"))
        command = [*launch.command[:at], "--bind", str(folder), str(folder), *launch.command[at:]]
        counted = [path for path in launch.orders.counted if path != "/tmp"]
        return replace(launch, command=command, orders=replace(launch.orders, counted=counted))


def test_a_tier_with_a_hole_is_found_out(tier: Tier) -> None:
    assert "hostile code can read a file outside, write a file outside" in hole(Leaky(tier))


def test_what_holds_is_remembered_until_the_machine_changes(
    tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = probe(tmp_path)
    assert first.tier in ("bubblewrap", "landlock")
    monkeypatch.setattr(probing, "attack_tiers", lambda seen: pytest.fail("it was probed again"))
    assert probe(tmp_path) == first
    kept = json.loads((tmp_path / "sandbox.json").read_text())
    kept["identity"][0] = "another boot"
    (tmp_path / "sandbox.json").write_text(json.dumps(kept))
    monkeypatch.setattr(probing, "attack_tiers", lambda seen: replace(first, tier="none"))
    assert probe(tmp_path).tier == "none"


def test_a_spoilt_memory_is_probed_anew(tier: Tier, tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text("{")
    assert probe(tmp_path).tier in ("bubblewrap", "landlock")


def test_without_a_tier_it_is_refused_with_the_command_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "look", lambda: NOTHING)
    with pytest.raises(UserError) as raised:
        open_sandbox(tmp_path)
    assert "no sandbox" in raised.value.what
    assert "bubblewrap: it is not installed; landlock: it needs ABI 6" in raised.value.why
    assert "install bubblewrap" in raised.value.fix


def test_another_system_is_refused_without_trying(tmp_path: Path) -> None:
    found = attack_tiers(replace(NOTHING, system="Darwin 24 arm64", is_linux=False))
    assert (found.tier, "needs Linux" in found.problems["landlock"]) == ("none", True)
    found = attack_tiers(replace(NOTHING, is_known_machine=False, landlock_abi=7))
    assert found.tier == "none"


def test_a_tier_that_does_not_hold_is_never_replaced_by_another(
    tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = probing.Probed("landlock", {"bubblewrap": "it is not installed"}, "install it")
    monkeypatch.setattr("corpusmith.sandbox.opening.probe", lambda cache: found)
    assert open_sandbox(tmp_path).note == "bubblewrap: it is not installed"
    with pytest.raises(UserError, match="does not hold here") as raised:
        open_sandbox(tmp_path, backend="bubblewrap")
    assert raised.value.fix == "install it"
    with pytest.raises(UserError, match="no sandbox `docker`"):
        open_sandbox(tmp_path, backend="docker")


def test_a_named_tier_is_taken(tier: Tier, tmp_path: Path) -> None:
    opened = open_sandbox(tmp_path, backend=tier.name)
    assert (opened.tier, opened.wall.tier) == (tier.name, tier.name)


@pytest.mark.parametrize("typed", ["", "yes", "y", UNSAFE.confirmation.upper()])
def test_no_sandbox_needs_a_sentence(typed: str) -> None:
    with pytest.raises(UserError, match="type exactly"):
        open_unsafe(typed)


def test_no_sandbox_says_so_and_runs() -> None:
    unsafe = open_unsafe(UNSAFE.confirmation)
    assert (unsafe.tier, unsafe.wall.tier) == ("unsafe-no-sandbox", "unsafe-no-sandbox")
    answer = unsafe.run("open('out/a', 'w').write(open('in/b').read())", {"b": b"x"}, ["a"])
    assert (answer.outcome, answer.files) == ("ok", {"a": b"x"})
    assert unsafe.run("raise SystemExit(2)", {}, ["a"]).outcome == "error"
    assert unsafe.run("pass", {}, ["a"]).outcome == "output"
    assert unsafe.run("while True: pass", {}, [], seconds=0.5).outcome == "timeout"
