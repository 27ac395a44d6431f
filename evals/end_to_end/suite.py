"""The tasks: what each folder below ``tasks`` says, and its grader."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Literal

import yaml

TASKS = Path(__file__).parent / "tasks"

Expectation = Literal["doable", "needs_more", "impossible"]
"""``doable``: a program without a model can do and check it. ``needs_more``: it holds a demand that only a reader can
judge, or work that only a model can do. ``impossible``: it contradicts itself or asks for more than there is. Of the
last two, ``verified`` is wrong whatever the dataset holds."""


@dataclass(frozen=True)
class Task:
    """One spec: its folder's name, its input, how hard it is (1 to 3), what to expect, and what it is about."""

    name: str
    input: str
    level: int
    expects: Expectation
    about: str

    @property
    def spec(self) -> Path:
        """The file with the request."""
        return TASKS / self.name / "spec.md"

    def grade(self, out: Path, source: Path) -> list[str]:
        """Return the reasons why the dataset in the run folder ``out`` is wrong; none when it is right."""
        reasons: list[str] = self.module("grade").grade(out, source)
        return reasons

    def module(self, name: str) -> ModuleType:
        """Return a module of the task's folder: ``grade``, ``reference`` or ``wrong``."""
        return importlib.import_module(f"{__package__}.tasks.{self.name}.{name}")


def read_tasks(pattern: str = "*") -> list[Task]:
    """Return the tasks whose names match a pattern such as ``0[1-4]_*``, in order."""
    folders = sorted(path.parent for path in TASKS.glob("*/task.yaml") if fnmatch(path.parent.name, pattern))
    return [Task(folder.name, **yaml.safe_load((folder / "task.yaml").read_text("utf-8"))) for folder in folders]
