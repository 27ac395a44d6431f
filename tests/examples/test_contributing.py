"""The operator in CONTRIBUTING.md is real: it loads from a workspace and does what its example says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpusmith.engine.registry import Registry

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A registry with the guide's operator, loaded from a workspace folder."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "questions.py").write_text(code, "utf-8")
    registry = Registry()
    registry.add_folder(tmp_path)
    return registry


def test_the_guides_operator_and_its_filter_are_found(registry: Registry) -> None:
    assert registry.names() == ["question_count", "question_count_filter"]
    assert {"min", "max", "keep_missing", "mark"} == set(registry.get("question_count_filter").params.model_fields)


def test_the_guides_operator_does_what_its_example_says(registry: Registry) -> None:
    made = registry.get("question_count")
    for row, becomes in zip(made.example.rows, made.example.becomes, strict=True):
        assert {**row, made.name: made.implementation(row["text"])} == becomes
