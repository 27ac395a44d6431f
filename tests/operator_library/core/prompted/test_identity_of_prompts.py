from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import corpusmith.operator_library.core.prompted as prompted
from corpusmith.engine.identity import lock_of
from corpusmith.engine.operator import Operator
from corpusmith.engine.prompts import PromptTemplate
from corpusmith.engine.registry import Registry
from corpusmith.engine.resources import resource_parameters

REGISTRY = Registry()
REGISTRY.add_package(prompted)
FOLDER = Path(str(prompted.__file__)).parent
PROMPTS = sorted((FOLDER / "prompts").iterdir())


@pytest.mark.parametrize("operator", REGISTRY, ids=lambda operator: operator.name)
def test_a_changed_prompt_changes_the_identity_of_its_operator(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lock_of(operator)
    module = Path(str(sys.modules[operator.implementation.__module__].__file__))
    own = [prompt for prompt in PROMPTS if f"prompts/{prompt.name}" in module.read_text(encoding="utf-8")]
    assert len(own) == 1
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b" " if path.name == own[0].name else b""))
    assert lock_of(operator) != before


@pytest.mark.parametrize("operator", REGISTRY, ids=lambda operator: operator.name)
def test_an_own_prompt_file_is_a_resource_whose_content_counts(operator: Operator) -> None:
    assert resource_parameters(operator.params) == ["prompt_file"]


def test_every_prompt_belongs_to_an_operator() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    assert [prompt.name for prompt in PROMPTS if f'"prompts/{prompt.name}"' not in sources] == []


@pytest.mark.parametrize("path", PROMPTS, ids=lambda path: path.stem)
def test_a_prompt_is_named_as_its_file_and_has_a_version(path: Path) -> None:
    template = PromptTemplate.from_file(path)
    assert (template.name, template.version) == (path.stem, "1")
    assert template.system


def test_the_identity_does_not_depend_on_where_the_files_lie(tmp_path: Path) -> None:
    workspace = tmp_path / "operators"
    shutil.copytree(FOLDER / "prompts", workspace / "prompts")
    source = '''
from pathlib import Path
from typing import Any
from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example
from corpusmith.engine.prompts import PromptTemplate

@operator(kind="generate", phase="generate", needs=("llm",), example=Example(rows=[], becomes=[]), writes={"made": "text"})
async def own(text: str, *, context: Context) -> str:
    """A workspace operator with a prompt of its own."""
    template = PromptTemplate.from_file(Path(__file__).parent / "prompts/vote.yaml")
    return (await context.models.chat(template.render({"text": text}))).text
'''
    (workspace / "own.py").write_text(source, encoding="utf-8")
    locks = []
    for folder in (workspace, shutil.copytree(workspace, tmp_path / "elsewhere")):
        registry = Registry()
        registry.add_folder(folder)
        locks.append(lock_of(registry.get("own")))
    assert locks[0] == locks[1]
    with (workspace / "prompts" / "vote.yaml").open("a") as prompt:
        prompt.write("\n")
    registry = Registry()
    registry.add_folder(workspace)
    assert lock_of(registry.get("own")) != locks[0]
