"""Attacks by what is left: links, pipes, bombs, odd names, forged and stale results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpusmith.sandbox.launch.job import Tier
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.outcome import Ending
from corpusmith.sandbox.results.collection import RefusedResultError, Wanted, collect
from corpusmith.sandbox.results.contents import ContentCaps
from corpusmith.sandbox.trial import Trial, run_trial

CAPS = ContentCaps(rows=10_000, unfolded_bytes=1 << 20, columns=20, json_bytes=1 << 20)
PARQUET, JSON = Wanted(("result.parquet",), 8 << 20, CAPS), Wanted(("result.json",), 8 << 20, CAPS)
ALL = Wanted(None, 8 << 20, CAPS)
LIMITS = Limits(seconds=30.0, disk_bytes=64 << 20, memory_bytes=1 << 30, files=5000)
REFUSED: dict[str, tuple[str, Wanted, tuple[str, ...]]] = {
    "nothing": ("pass", JSON, ("output",)),
    "nothing, by an early exit": ("os._exit(0)", JSON, ("output",)),
    "a link to a secret": ("os.symlink(T['secret'], 'out/result.json')", JSON, ("policy", "error")),
    "a link to itself": ("os.symlink('result.json', 'out/result.json')", JSON, ("policy", "error")),
    "a file with two names": (
        "open('out/a', 'w').write('1'); os.link('out/a', 'out/result.json')",
        JSON,
        ("policy", "error"),
    ),
    "a folder": ("os.mkdir('out/result.json')", JSON, ("policy",)),
    "a folder among all": ("os.mkdir('out/more')", ALL, ("policy",)),
    "a name that hides": ("open('out/.hidden', 'w')", ALL, ("policy",)),
    "a name that moves the cursor": ("open('out/a\\x1b[2Jb', 'w')", ALL, ("policy",)),
    "a name that is no text": ("open(b'out/\\xff', 'w')", ALL, ("policy",)),
    "a name of several lines": ("open('out/a\\nb', 'w')", ALL, ("policy",)),
    "too many": ("for n in range(1500): open(f'out/{n}', 'w').close()", ALL, ("output",)),
    "too much": ("open('out/result.json', 'w').write(' ' * (9 << 20))", JSON, ("output",)),
    "too much that is not there": ("f = open('out/result.json', 'w'); f.truncate(50 << 20)", JSON, ("output",)),
    "one endless line": ("open('out/result.json', 'w').write('[' + '1,' * (1 << 20) + '1]')", JSON, ("output",)),
    "no JSON": ("open('out/result.json', 'w').write('{')", JSON, ("output",)),
    "deep JSON": ("open('out/result.json', 'w').write('[' * 10000 + ']' * 10000)", JSON, ("output",)),
    "deep JSON behind text": (
        "open('out/result.json', 'w').write('[\"]\\\\\"]\",' * 60 + '1' + ']' * 60)",
        JSON,
        ("output",),
    ),
    "numbers that are none": ("open('out/result.json', 'w').write('[NaN]')", JSON, ("output",)),
    "no Parquet": ("open('out/result.parquet', 'wb').write(b'PAR1' * 100)", PARQUET, ("output",)),
    "a pickle": ("import pickle; pickle.dump([1], open('out/result.parquet', 'wb'))", PARQUET, ("output",)),
    "an archive that leaves its folder": (
        "import zipfile; zipfile.ZipFile('out/result.parquet', 'w').writestr('../../evil', 'x')",
        PARQUET,
        ("output",),
    ),
    "too many rows": (
        """
        import pyarrow as pa, pyarrow.parquet as pq
        pq.write_table(pa.table({'a': pa.nulls(2_000_000)}), 'out/result.parquet')""",
        PARQUET,
        ("output",),
    ),
    "too many columns": (
        """
        import pyarrow as pa, pyarrow.parquet as pq
        pq.write_table(pa.table({str(n): [1] for n in range(50)}), 'out/result.parquet')""",
        PARQUET,
        ("output",),
    ),
    "rows that unfold": (
        """
        import pyarrow as pa, pyarrow.parquet as pq
        pq.write_table(pa.table({'a': ['x' * 1_000_000] * 50}), 'out/result.parquet', compression='zstd')""",
        PARQUET,
        ("output",),
    ),
    "rows that unfold from one value": (
        """
        import pyarrow as pa, pyarrow.parquet as pq
        pq.write_table(pa.table({'a': pa.array(['x' * 9_000] * 9_000)}), 'out/result.parquet')""",
        PARQUET,
        ("output",),
    ),
    "half a Parquet file": (
        """
        import pyarrow as pa, pyarrow.parquet as pq
        pq.write_table(pa.table({'a': list(range(5000))}), 'out/r')
        open('out/result.parquet', 'wb').write(open('out/r', 'rb').read()[-2000:])""",
        PARQUET,
        ("output",),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_to_take(name: str, tier: Tier, assault: Callable[..., Ending]) -> None:
    script, wanted, outcomes = REFUSED[name]
    assert assault(script, wanted=wanted, limits=LIMITS).outcome in outcomes


def test_a_file_without_permissions_is_refused_or_only_read(assault: Callable[..., Ending]) -> None:
    ending = assault("os.close(os.open('out/result.json', os.O_CREAT | os.O_WRONLY, 0))", wanted=JSON)
    assert ending.outcome in ("policy", "output")


def test_results_of_a_failed_script_are_not_taken(tier: Tier, tmp_path: Path) -> None:
    trial = Trial("open('out/result.json', 'w').write('1'); raise SystemExit(1)", {}, JSON)
    result = run_trial(tier, trial, tmp_path)
    assert (result.ending.outcome, result.results, list(tmp_path.iterdir())) == ("error", {}, [])


def test_a_result_that_is_refused_takes_the_others_with_it(tier: Tier, tmp_path: Path) -> None:
    trial = Trial("open('out/a.json', 'w').write('1'); open('out/b.json', 'w').write('{')", {}, ALL)
    result = run_trial(tier, trial, tmp_path)
    assert (result.ending.outcome, result.results, list(tmp_path.iterdir())) == ("output", {}, [])


def test_a_result_of_an_earlier_trial_is_no_result(tier: Tier, tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in "ab")
    first.mkdir()
    second.mkdir()
    assert run_trial(tier, Trial("open('out/result.json', 'w').write('1')", {}, JSON), first).ending.outcome == "ok"
    assert run_trial(tier, Trial("pass", {}, JSON), second).ending.outcome == "output"


def test_a_writer_that_lives_on_cannot_change_a_result(
    assault: Callable[..., Ending], tmp_path: Path, tier: Tier
) -> None:
    script = """
import os, threading, time
def write(text):
    with open("out/result.json", "w") as file: file.write(text)
write("1")
if hasattr(os, "fork"):
    try:
        if os.fork() == 0:
            time.sleep(0.3)
            write("2")
    except OSError: pass
"""
    result = run_trial(tier, Trial(script, {}, JSON), tmp_path)
    assert result.ending.outcome == "ok"
    assert result.results["result.json"].path.read_text() == "1"


class TestFolders:
    """What no tier lets code make is refused all the same."""

    def test_a_fifo_never_makes_us_wait(self, tmp_path: Path) -> None:
        import os

        (tmp_path / "out").mkdir()
        os.mkfifo(tmp_path / "out" / "result.json")
        self.refused(tmp_path)

    def test_a_device_is_refused(self, tmp_path: Path) -> None:
        import os

        (tmp_path / "out").mkdir()
        try:
            os.mknod(tmp_path / "out" / "result.json", 0o20666, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("only root can make devices")
        self.refused(tmp_path)

    def test_a_socket_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import socket

        (tmp_path / "out").mkdir()
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("out/result.json")
            self.refused(tmp_path)

    def refused(self, folder: Path) -> None:
        import os

        place = os.open(folder / "out", os.O_RDONLY)
        try:
            with pytest.raises(RefusedResultError) as raised:
                collect(place, JSON, folder)
            assert raised.value.outcome == "policy"
        finally:
            os.close(place)
        assert not (folder / "result.json").exists()


def test_a_tree_that_is_deep_and_barred_is_removed(tmp_path: Path, doors: dict[str, Any]) -> None:
    import os

    from corpusmith.sandbox.launch.staging import remove_tree

    top = tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(doors["folder"])
    place = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=place)
        inner = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.mkdir("barred", 0, dir_fd=place)
    os.close(place)
    remove_tree(top)
    assert list(tmp_path.iterdir()) == []
    assert Path(doors["secret"]).exists()
