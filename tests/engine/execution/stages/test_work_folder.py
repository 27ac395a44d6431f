"""What a finished run leaves in its work folder, alone and beside another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.declare import operator
from corpusmith.engine.execution.stages.work_folder import working
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Step

ROWS = [{"n": n} for n in range(5)]
FIRST = [Step(id="a", operator="sort_rows", params={"by": ["n"]})]
SECOND = [Step(id="a", operator="sort_rows", params={"by": ["n"], "descending": True})]

HOLDING = """
import sys
from pathlib import Path
from corpusmith.engine.execution.stages.work_folder import working
with working(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def stages(work: Path) -> set[str]:
    return {path.name for path in (work / "stages").iterdir()}


def test_stages_and_journals_that_a_finished_run_does_not_use_are_removed(run: Any, tmp_path: Path) -> None:
    first = run(FIRST, ROWS, work=tmp_path)
    for leftover in ("stages/old", "stages/old.partial", "journals/old"):
        (tmp_path / leftover).mkdir(parents=True)
    (tmp_path / "stages" / "stray").write_text("")
    second = run(SECOND, ROWS, work=tmp_path)
    assert stages(tmp_path) == {stage.folder.name for stage in second.execution.stages}
    assert stages(tmp_path).isdisjoint({first.execution.stages[-1].folder.name})
    assert not [*(tmp_path / "journals").iterdir()]


def test_a_run_that_fails_removes_nothing(run: Any, tmp_path: Path) -> None:
    @operator(kind="refine", phase="repair", example=Example(rows=[], becomes=[]))
    def stop(n: int) -> int:
        """Stops."""
        raise KeyboardInterrupt

    run(FIRST, ROWS, work=tmp_path)
    before = stages(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run([*SECOND, Step(id="stop", operator="stop")], ROWS, operators=[stop], work=tmp_path)
    assert before < stages(tmp_path)


def test_nothing_is_removed_while_another_run_holds_the_folder(run: Any, tmp_path: Path) -> None:
    run(FIRST, ROWS, work=tmp_path)
    before = stages(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdin is not None
    assert other.stdout.readline() == b"held\n"
    run(SECOND, ROWS, work=tmp_path)
    assert before < stages(tmp_path)
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    run(SECOND, ROWS, work=tmp_path)
    assert not before <= stages(tmp_path), "the lock goes with the process"


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text("kept")
    (tmp_path / "work" / "stages").mkdir(parents=True)
    (tmp_path / "work" / "stages" / "link").symlink_to(tmp_path / "elsewhere")
    with working(tmp_path / "work") as folder:
        folder.remove_all_but(set())
    assert not [*(tmp_path / "work" / "stages").iterdir()]
    assert (tmp_path / "elsewhere" / "file").read_text() == "kept"
