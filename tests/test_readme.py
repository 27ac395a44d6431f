"""The README stays true: its tree says of each package what the package says of itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ("agents", "tools", "operator_library", "engine", "sandbox", "memory", "interfaces", "evals")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_tree_says_of_a_package_what_it_says_of_itself(package: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
    assert docstring
    line = next(line for line in README.splitlines() if line.startswith(f"{package}/ "))
    assert line.split(maxsplit=1)[1] == docstring.splitlines()[0].rstrip(".")


def test_the_two_commands_stand_near_the_top_and_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README[:1500]
        assert f"\n{target}:" in makefile
