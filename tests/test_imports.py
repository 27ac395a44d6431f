"""The house rules on imports: who may import whom, relative imports only, plain names, and a quick start."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY_AND_BELOW = {"engine", "operator_library", "sandbox", "memory"}
EVERYTHING_BELOW = LIBRARY_AND_BELOW | {"tools", "agents"}
MAY_IMPORT: dict[str, set[str]] = {
    "engine": set(),
    "operator_library": {"engine"},
    "sandbox": {"engine"},
    "memory": {"engine"},
    "tools": LIBRARY_AND_BELOW,
    "agents": LIBRARY_AND_BELOW | {"tools"},
    "interfaces": EVERYTHING_BELOW | {"evals"},
    "evals": EVERYTHING_BELOW,
}
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base2"}
SLOW_LIBRARIES = {"chromadb", "langgraph", "pandas", "polars", "pyarrow"}


def modules() -> list[Path]:
    """Every Python file of the package, by its path in the repository."""
    return sorted(path.relative_to(ROOT) for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def imported(path: Path, source: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the line, the dotted target (``engine.columns``) and whether it was relative, for imports of ours."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            absolute = [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            absolute = [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, target, True) for target in relative_targets(path, node))
            continue
        else:
            continue
        yield from (
            (line, name.removeprefix("corpusmith."), False)
            for line, name in absolute
            if name.split(".")[0] in {"corpusmith", *MAY_IMPORT}
        )


def relative_targets(path: Path, node: ast.ImportFrom) -> list[str]:
    """Return what a relative import in the file at ``path`` names, counted from the package's root."""
    package = PurePosixPath(path.as_posix()).parts[:-1]
    above = package[: len(package) - (node.level - 1)]
    named = (*above, *(node.module or "").split(".")) if node.module else above
    return [".".join((*named, alias.name)) for alias in node.names]


def violations(path: Path, source: str) -> list[str]:
    """Return ``file:line: what`` for every import in ``source`` that breaks a rule."""
    own = path.parts[0]
    found = []
    for line, target, relative in imported(path, source):
        package = target.split(".")[0]
        if not relative:
            found.append(f"{path}:{line}: import of ours that is not relative: {target}")
        if package in MAY_IMPORT and package != own and package not in MAY_IMPORT[own]:
            found.append(f"{path}:{line}: {own} must not import {package}")
    return found


def test_packages_import_only_the_floors_below_them() -> None:
    found = [line for path in modules() for line in violations(path, (ROOT / path).read_text("utf-8"))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("engine/reading/csv.py", "from ..columns import Columns", []),
        ("engine/reading/csv.py", "from ...tools.checks import view", ["engine must not import tools"]),
        ("engine/reading/csv.py", "from ... import tools", ["engine must not import tools"]),
        ("engine/__init__.py", "from . import columns", []),
        ("memory/runs.py", "def f():\n    from ..sandbox import probe", ["memory must not import sandbox"]),
        ("tools/verify.py", "from corpusmith.engine import rows", ["import of ours that is not relative: engine.rows"]),
        ("tools/verify.py", "import engine.rows", ["import of ours that is not relative: engine.rows"]),
        ("agents/graph.py", "from ..evals.suite import run", ["agents must not import evals"]),
        ("interfaces/cli.py", "from ..evals.suite import run\nimport sys", []),
    ],
)
def test_the_rule_finds_what_it_forbids(path: str, source: str, expected: list[str]) -> None:
    assert [line.split(": ", 1)[1] for line in violations(Path(path), source)] == expected


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {path for path in modules() if SAY_NOTHING & {path.stem, *path.parts[:-1]}}
    assert not named


def test_every_package_says_what_lives_in_it() -> None:
    silent = [
        path
        for path in modules()
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8")))
    ]
    assert not silent


def test_every_package_is_linked_into_the_import_name() -> None:
    links = {
        path.name: path.readlink().as_posix() for path in (ROOT / ".link/corpusmith").iterdir() if path.is_symlink()
    }
    assert links == {package: f"../../{package}" for package in MAY_IMPORT}


def test_the_command_line_starts_without_slow_libraries() -> None:
    program = "import sys, corpusmith.interfaces.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not SLOW_LIBRARIES & set(done.stdout.split())
