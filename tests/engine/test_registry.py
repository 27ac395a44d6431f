"""The registry: operators by name, from packages, entry points and workspace files."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.registry import Registry

SOURCE = '''
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example

@operator(kind="refine", phase="repair", example=Example(rows=[], becomes=[]))
def {name}(text: str) -> str:
    """Does something."""
    return text
'''


def test_operators_come_in_the_order_of_their_names(library: Registry) -> None:
    names = [operator.name for operator in library]
    assert names == sorted(names) == library.names()
    assert len(library) == len(names)
    assert "word_count" in library
    assert "word_cuont" not in library


def test_every_measure_comes_with_its_filter(library: Registry) -> None:
    assert library.get("word_count_filter").measure == "word_count"
    assert library.get("word_count_filter").source == "library"


def test_an_unknown_operator_is_answered_with_the_nearest_name(library: Registry) -> None:
    with pytest.raises(UserError, match=r"There is no operator `word_cuont`\. Did you mean `word_count`"):
        library.get("word_cuont")


def test_workspace_files_are_loaded_and_broken_ones_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SOURCE.format(name="mine"))
    registry = Registry()
    registry.add_folder(tmp_path)
    assert registry.get("mine").source == "mine.py"
    assert registry.get("mine").domain == "workspace"
    (tmp_path / "broken.py").write_text("import nothing_of_this_name")
    before = set(sys.modules)
    with pytest.raises(UserError, match=r"broken\.py cannot be loaded\. ModuleNotFoundError"):
        Registry().add_folder(tmp_path)
    assert not [name for name in set(sys.modules) - before if "broken" in name]


def test_a_name_that_is_taken_is_refused_with_both_sources(tmp_path: Path, library: Registry) -> None:
    (tmp_path / "mine.py").write_text(SOURCE.format(name="word_count_filter"))
    registry = Registry()
    for operator in library:
        if operator.measure is None:
            registry.add(operator)
    before = registry.names()
    with pytest.raises(UserError, match=r"Two operators are called `word_count_filter`.*library.*mine\.py"):
        registry.add_folder(tmp_path)
    assert registry.names() == before


def test_entry_points_name_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = ModuleType("acme")
    exec(compile(SOURCE.format(name="acme_clean"), str(tmp_path / "acme.py"), "exec"), module.__dict__)  # noqa: S102
    points = [SimpleNamespace(name="acme", load=lambda: module)]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points)
    registry = Registry()
    registry.add_entry_points()
    assert registry.get("acme_clean").source == "entry point acme"
    points.append(SimpleNamespace(name="odd", load=lambda: 3))
    with pytest.raises(UserError, match="entry point `odd` names no module"):
        registry.add_entry_points()
