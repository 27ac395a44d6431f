from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.memory.catalogue import RunCatalogue
from corpusmith.memory.workspace import Workspace


@pytest.fixture
def catalogue(tmp_path: Path) -> RunCatalogue:
    return RunCatalogue(Workspace(tmp_path))


def test_a_run_is_running_until_it_is_finished(catalogue: RunCatalogue, tmp_path: Path) -> None:
    catalogue.start("r1", "clean it", tmp_path / "out")
    running = catalogue.get("r1")
    catalogue.finish("r1", "verified", 0, "abc")
    finished = catalogue.get("r1")

    assert (running.status, running.exit_code, running.finished) == ("running", None, None)
    assert (finished.status, finished.exit_code, finished.pipeline_hash) == ("verified", 0, "abc")
    assert (finished.spec, finished.out) == ("clean it", str(tmp_path / "out"))
    assert finished.finished is not None
    assert finished.started <= finished.finished
    assert finished.started.tzinfo == UTC


def test_a_run_that_goes_on_keeps_its_first_start_and_loses_its_outcome(catalogue: RunCatalogue) -> None:
    catalogue.start("r1", "clean it", Path("out"))
    first = catalogue.get("r1").started
    catalogue.finish("r1", "cancelled", 130)
    catalogue.start("r1", "clean it", Path("out"))

    again = catalogue.get("r1")
    assert (again.started, again.status, again.exit_code, again.finished) == (first, "running", None, None)
    assert len(catalogue.list()) == 1


def test_runs_are_listed_latest_first_and_by_another_process_too(catalogue: RunCatalogue, tmp_path: Path) -> None:
    for name in ("r1", "r2", "r3"):
        catalogue.start(name, "s", Path("out"))

    assert [run.run_id for run in RunCatalogue(Workspace(tmp_path)).list()] == ["r3", "r2", "r1"]


def test_an_unknown_run_is_named_with_the_nearest_one(catalogue: RunCatalogue) -> None:
    catalogue.start("crawl-cleaning", "s", Path("out"))

    with pytest.raises(UserError, match="Did you mean `crawl-cleaning`"):
        catalogue.get("crawl-cleanin")
    with pytest.raises(UserError, match="no run `nothing`"):
        catalogue.finish("nothing", "failed", 5)
    with pytest.raises(UserError, match="no run `nothing`"):
        catalogue.forget("nothing")


def test_a_forgotten_run_is_gone(catalogue: RunCatalogue) -> None:
    catalogue.start("r1", "s", Path("out"))
    catalogue.forget("r1")

    assert catalogue.list() == []


def test_many_writers_lose_nothing(catalogue: RunCatalogue, tmp_path: Path) -> None:
    def write(number: int) -> None:
        own = RunCatalogue(Workspace(tmp_path))
        own.start(f"r{number}", "s", Path("out"))
        own.finish(f"r{number}", "verified", 0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert {run.run_id for run in catalogue.list()} == {f"r{number}" for number in range(40)}
    assert {run.status for run in catalogue.list()} == {"verified"}
