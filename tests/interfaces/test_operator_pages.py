"""The catalogue as Markdown pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.operator import Example, Operator, Params, Phase
from corpusmith.interfaces.rendering.operator_pages import GENERATED, operator_page


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_there_is_a_page_for_every_operator_of_the_library_and_an_index(corpusmith: Any, tmp_path: Path) -> None:
    out = tmp_path / "docs" / "operators"
    assert corpusmith("operators", "docs", "--out", out).code == 0
    names = {operator["name"] for operator in corpusmith("operators", "list", "--json").json()}
    assert {path.stem for path in out.iterdir()} == names | {"README"}
    index = (out / "README.md").read_text("utf-8")
    assert all(f"({name}.md)" in index for name in names)


def test_the_same_operators_give_the_same_bytes(corpusmith_process: Any, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "2")):
        out = tmp_path / name
        assert corpusmith_process("operators", "docs", "--out", out, env={"PYTHONHASHSEED": seed}).code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_pages_of_operators_that_are_gone_are_removed_and_other_files_stay(corpusmith: Any, tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text(f"{GENERATED}\n\n# gone\n", encoding="utf-8")
    (tmp_path / "written_by_hand.md").write_text("# Mine\n", encoding="utf-8")
    assert corpusmith("operators", "docs", "--out", tmp_path).code == 0
    assert not (tmp_path / "gone.md").exists()
    assert (tmp_path / "written_by_hand.md").read_text("utf-8") == "# Mine\n"


def test_a_page_keeps_white_space_pipes_and_backticks_of_its_example(tmp_path: Path) -> None:
    page = operator_page(an_operator([{"text": "a  b|c`d"}]))
    assert '| `` "a  b\\|c`d" `` |' in page


def test_a_folder_that_cannot_be_written_is_an_error_of_the_person(corpusmith: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = corpusmith("operators", "docs", "--out", tmp_path / "file")
    assert ended.code == 2
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("rows", [[], [{}]])
def test_a_page_without_example_rows_says_none(rows: list[dict[str, Any]]) -> None:
    assert "Rows in:\n\nNone.\n" in operator_page(an_operator(rows))


def an_operator(rows: list[dict[str, Any]]) -> Operator:
    return Operator(
        name="keep",
        kind="refine",
        rows="map",
        form="value",
        phase=Phase.repair,
        domain="text",
        summary="Keeps.",
        description="Keeps.",
        reads={"text": "text"},
        writes={"text": "text"},
        params=Params,
        implementation=str,
        example=Example(rows=rows, becomes=rows),
    )
