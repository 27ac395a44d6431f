"""What an operator's hash depends on, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.derive import derive_filter
from corpusmith.engine.errors import UserError
from corpusmith.engine.identity import lock_of, source_hash
from corpusmith.engine.operator import Example, Operator
from corpusmith.engine.registry import Registry

MODULES = {
    "acme_ops/__init__.py": "",
    "acme_ops/size.py": '''
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example
from .counting import count

WORDS = "stop_words.yaml"

@operator(kind="evaluate", phase="annotate", example=Example(rows=[{"text": "a"}], becomes=[{"text": "a", "size": 1}]))
def size(text: str) -> int:
    """Length of the text."""
    return count(text)
''',
    "acme_ops/counting.py": "import acme_ops.deep.one as one\n\ndef count(text: str) -> int:\n    return one.length(text)\n",
    "acme_ops/deep/__init__.py": "",
    "acme_ops/deep/one.py": "def length(text: str) -> int:\n    import json\n    return len(text)\n",
    "acme_ops/unrelated.py": "VALUE = 1\n",
    "acme_ops/stop_words.yaml": "[the, a]\n",
    "acme_ops/other_words.yaml": "[le, la]\n",
}
HASH = """
import sys
sys.path.insert(0, sys.argv[1])
from acme_ops.size import size
from corpusmith.engine.derive import derive_filter
from corpusmith.engine.identity import source_hash
made = size.__corpusmith_operator__
print(source_hash(made), source_hash(derive_filter(made)))
"""


@operator(kind="evaluate", phase="annotate", example=Example(rows=[], becomes=[]))
def declared_here(text: str) -> int:
    """Length of the text."""
    return len(text)


def write_package(folder: Path, **changes: str) -> Path:
    for name, content in {**MODULES, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return folder


def hashes(folder: Path) -> list[str]:
    """The hashes of the operator and of its filter, as a new process sees them."""
    return subprocess.run(
        [sys.executable, "-c", HASH, str(folder)], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return hashes(write_package(tmp_path_factory.mktemp("original")))


@pytest.mark.parametrize(
    "changed", ["acme_ops/size.py", "acme_ops/counting.py", "acme_ops/deep/one.py", "acme_ops/stop_words.yaml"]
)
def test_the_hash_changes_with_everything_that_the_operator_uses(
    tmp_path: Path, original: list[str], changed: str
) -> None:
    mended = hashes(write_package(tmp_path, **{changed: MODULES[changed] + "\n# changed\n"}))
    assert not set(mended) & set(original)


def test_the_hash_depends_on_neither_the_place_nor_unrelated_files_nor_line_ends(
    tmp_path: Path, original: list[str]
) -> None:
    changes = {
        "acme_ops/unrelated.py": "VALUE = 2\n",
        "acme_ops/new.py": "",
        "acme_ops/other_words.yaml": "[der]\n",
        "acme_ops/size.py": MODULES["acme_ops/size.py"].replace("\n", "\r\n"),
    }
    assert hashes(write_package(tmp_path / "elsewhere" / "z", **changes)) == original


def test_a_measure_and_its_filter_are_two_identities(original: list[str]) -> None:
    assert len(set(original)) == 2


def test_files_in_a_folder_that_the_operator_names_count(tmp_path: Path, original: list[str]) -> None:
    named = MODULES["acme_ops/size.py"].replace("stop_words.yaml", "prompts")
    first, second, third = (
        hashes(write_package(tmp_path / str(n), **{"acme_ops/size.py": named, "acme_ops/prompts/a.txt": text}))
        for n, text in enumerate(["x", "y", "x"])
    )
    assert first == third != second


def test_two_workspaces_with_a_file_of_one_name_do_not_mix(tmp_path: Path) -> None:
    locks = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "mine.py").write_text(
            MODULES["acme_ops/size.py"].replace("from .counting import count\n", f"count = lambda text: {number}\n")
        )
        registry = Registry()
        registry.add_folder(folder)
        locks.append(registry.get("size"))
    assert len({lock_of(made) for made in locks}) == 2


def test_a_workspace_file_has_one_identity_wherever_it_lies(tmp_path: Path) -> None:
    content = MODULES["acme_ops/size.py"].replace("from .counting import count\n", "count = len\n")
    found = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(content)
        registry = Registry()
        registry.add_folder(tmp_path / name)
        found.add(source_hash(registry.get("size")))
    assert len(found) == 1


def test_an_edited_workspace_file_that_is_loaded_again_has_a_new_identity(tmp_path: Path) -> None:
    found = set()
    for body in ("len", "max"):
        (tmp_path / "mine.py").write_text(
            MODULES["acme_ops/size.py"].replace("from .counting import count\n", f"count = {body}\n")
        )
        registry = Registry()
        registry.add_folder(tmp_path)
        found.add(source_hash(registry.get("size")))
    assert len(found) == 2


def test_a_lock_names_the_operator_its_version_and_its_hash(library: Registry) -> None:
    made = library.get("word_count")
    assert lock_of(made) == f"word_count@{made.version}+{source_hash(made)[:16]}"
    assert lock_of(library.get("word_count_filter")).startswith("word_count_filter@")


def test_an_operator_without_a_source_file_has_no_identity() -> None:
    namespace: dict[str, Any] = {"__name__": "nowhere"}
    exec("def nowhere(text: str) -> int:\n    'Nothing.'\n    return 1", namespace)  # noqa: S102
    made: Operator = getattr(
        operator(kind="evaluate", phase="annotate", example=Example(rows=[], becomes=[]))(namespace["nowhere"]),
        OPERATOR_ATTRIBUTE,
    )
    with pytest.raises(TypeError, match="`nowhere` has no source file"):
        source_hash(made)


def test_adding_an_operator_twice_is_no_conflict_and_another_of_its_name_is(tmp_path: Path) -> None:
    made: Operator = getattr(declared_here, OPERATOR_ATTRIBUTE)
    registry = Registry()
    registry.add(made)
    registry.add(made)
    assert registry.names() == ["declared_here", "declared_here_filter"]
    (tmp_path / "mine.py").write_text(
        MODULES["acme_ops/size.py"]
        .replace("from .counting import count\n", "")
        .replace("def size", "def declared_here")
        .replace('"size": 1', '"declared_here": 1')
    )
    with pytest.raises(UserError, match="Two operators are called `declared_here`"):
        registry.add_folder(tmp_path)
    assert derive_filter(made) is not None
