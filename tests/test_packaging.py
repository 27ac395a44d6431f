"""What people install: the wheel holds the whole package and nothing else, and its command starts."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINKS = ROOT / ".link" / "corpusmith"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it printed; its error output becomes the failure's text."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of_package() -> set[str]:
    """Every file that belongs into the package, by its path in the wheel."""
    roots = [LINKS, *(link for link in LINKS.iterdir() if link.is_symlink())]
    paths = {
        (Path("corpusmith") / root.relative_to(LINKS) / path.relative_to(root)).as_posix()
        for root in roots
        for path in (root.iterdir() if root == LINKS else root.rglob("*"))
        if path.is_file()
    }
    return {path for path in paths if "__pycache__" not in path and not path.startswith("corpusmith/evals/results/")}


def files_of_wheel(wheel: Path) -> set[str]:
    """Every file in a wheel but its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the source tree."""
    return built(tmp_path_factory.mktemp("wheel"), "--wheel")


@pytest.fixture(scope="module")
def wheel_of_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the source distribution, as an index builds it."""
    return built(tmp_path_factory.mktemp("sdist"))


def built(out: Path, *options: str) -> Path:
    """Build into ``out`` with the backend that is installed here, and return the wheel."""
    run(sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    assert files_of_wheel(wheel) == files_of_package()
    assert "corpusmith/py.typed" in files_of_wheel(wheel)


def test_the_source_distribution_builds_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    assert files_of_wheel(wheel_of_sdist) == files_of_wheel(wheel)


def test_the_wheel_installs_one_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        lines = archive.read(entry_points).decode().splitlines()
    assert [line for line in lines if line] == ["[console_scripts]", "corpusmith = corpusmith.interfaces.cli:main"]


def test_the_installed_command_starts_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    clean = tmp_path / "venv"
    empty = tmp_path / "empty"
    empty.mkdir()
    venv.create(clean, symlinks=True)
    python = clean / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=empty)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=empty).strip())
    # Only the folder is named: the editable install's own .pth in there is not read from here.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    where = run(python, "-c", "import corpusmith; print(corpusmith.__file__)", cwd=empty)
    assert Path(where.strip()).is_relative_to(clean)
    assert PROJECT["version"] in run(clean / "bin" / "corpusmith", "--version", cwd=empty)
    assert not list(empty.iterdir())
