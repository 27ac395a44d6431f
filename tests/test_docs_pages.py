"""The pages under ``docs`` stay true: their examples run, their tables say what the code says, their commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
import typer.main

from corpusmith.engine.columns import columns_of_schema
from corpusmith.engine.gateway.configuration import config
from corpusmith.engine.gateway.configuration.config import load_config
from corpusmith.engine.gateway.configuration.config_file import LimitSettings
from corpusmith.engine.gateway.configuration.roles import RoleSettings
from corpusmith.engine.gateway.spending.prices import shipped_prices
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import open_source
from corpusmith.engine.reading.formats import FORMATS
from corpusmith.engine.writing.dataset_format import DATASET_FORMATS
from corpusmith.interfaces.cli import app

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
OURS = ("data.md", "models.md", "pipelines.md")
"""The pages whose pipelines read the files that ``pipelines.md`` shows."""


class Block(NamedTuple):
    """A fenced block: the page, the words behind its fence, and what stands in it."""

    page: str
    kind: str
    text: str


BLOCKS = [
    Block(page, kind, text)
    for page, content in PAGES.items()
    for kind, text in re.findall(r"^```(\w.*?)\n(.*?)^```$", content, re.DOTALL | re.MULTILINE)
]
DATA = {block.kind.split()[1]: block.text for block in BLOCKS if block.kind.startswith("jsonl ")}
TO_RUN = [block for block in BLOCKS if block.page in OURS and block.kind in ("yaml", "python")]
TO_CHECK = [block for block in BLOCKS if block.page in OURS and block.kind == "yaml check"]
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in BLOCKS
    if block.kind == "sh"
    for line in block.text.splitlines()
    if line.startswith("corpusmith ")
]


def test_there_is_something_to_hold_true() -> None:
    assert set(OURS) <= set(PAGES)
    assert (len(TO_RUN) >= 6, len(TO_CHECK) >= 2, len(COMMANDS) >= 8, len(DATA)) == (True, True, True, 2)


def command(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corpusmith.interfaces.cli", "pipeline", *arguments],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )


def in_folder(block: Block, place: Path) -> list[str]:
    """Write an example and its data, and return the words that name both."""
    for name, text in DATA.items():
        (place / name).write_text(text, encoding="utf-8")
    file = place / ("p.py" if block.kind == "python" else "p.yaml")
    file.write_text(block.text, encoding="utf-8")
    labels = ["--data", "labels=labels.jsonl"] if re.search(r"sources:.*labels|, labels:", block.text) else []
    own_rows = "inline:" in block.text and "sources:" not in block.text
    return [file.name, *([] if own_rows else ["--data", "rows=docs.jsonl", *labels])]


@pytest.mark.parametrize("block", TO_RUN, ids=lambda block: f"{block.page} {block.text.splitlines()[0]}")
def test_an_example_runs(block: Block, tmp_path: Path) -> None:
    ended = command(tmp_path, "run", *in_folder(block, tmp_path), "--out", "out", "--workers", "1")
    assert ended.returncode == 0, ended.stderr
    assert list((tmp_path / "out" / "dataset").rglob("*-of-00001.*"))


@pytest.mark.parametrize("block", TO_CHECK, ids=lambda block: f"{block.page} {block.text.splitlines()[0]}")
def test_an_example_that_asks_a_model_passes_the_check(block: Block, tmp_path: Path) -> None:
    ended = command(tmp_path, "check", *in_folder(block, tmp_path))
    assert (ended.returncode, "No problems" in ended.stdout) == (0, True), ended.stdout + ended.stderr


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_and_its_options_exist(line: str) -> None:
    at, words = typer.main.get_command(app), shlex.split(line)[1:]
    while hasattr(at, "commands"):
        at = at.commands[words.pop(0)]
    context: Any = at.make_context("corpusmith", words)
    assert context.args == [] or "serve" in line


@pytest.mark.parametrize("model", [Pipeline, Step, OutputTable])
def test_every_field_of_a_pipeline_stands_in_a_table(model: type[Any]) -> None:
    for name in model.model_fields:
        assert re.search(rf"^\| `{name}` \|", PAGES["pipelines.md"], re.MULTILINE), name


@pytest.mark.parametrize("model", [RoleSettings, LimitSettings])
def test_every_setting_of_models_stands_in_a_table(model: type[Any]) -> None:
    for name in model.model_fields:
        assert re.search(rf"^\| .*`{name}`.* \|", PAGES["models.md"], re.MULTILINE), name


def test_the_variables_are_those_that_the_configuration_names() -> None:
    assert config.__doc__
    table = [line for line in config.__doc__.splitlines() if line.startswith("|")]
    assert "\n".join(table) in PAGES["models.md"]


def test_the_prices_are_those_that_are_shipped() -> None:
    table = [f"| `{name}` | {price.input:g} | {price.output:g} |" for name, price in shipped_prices().items()]
    assert "\n".join(table) in PAGES["models.md"]


def test_the_configuration_file_is_understood(tmp_path: Path) -> None:
    (text,) = (block.text for block in BLOCKS if block.page == "models.md" and block.kind == "toml")
    (tmp_path / "corpusmith.toml").write_text(text, encoding="utf-8")
    found = load_config(folder=tmp_path, environment={})
    assert (found.roles["judge"].model, found.roles["judge"].base_url) == (
        "my-larger-model",
        "http://localhost:8000/v1",
    )
    assert (found.limits.max_usd, found.concurrency, found.prices["my-larger-model"].output) == (5, 64, 1.6)


def test_every_format_that_is_read_or_written_is_named() -> None:
    for suffix in {suffix for form in FORMATS for suffix in form.suffixes if not suffix.endswith("-wal")}:
        assert f"`{suffix}`" in PAGES["data.md"], suffix
    for form in DATASET_FORMATS:
        assert f"`{form}`" in PAGES["data.md"], form
        assert f"`{form}`" in PAGES["pipelines.md"], form


TYPES = re.findall(r"^\| (`.*`) \| ([a-z ]+) \|$", PAGES["data.md"].partition("## Types")[2], re.MULTILINE)


@pytest.mark.parametrize(("values", "named"), TYPES)
def test_a_column_has_the_type_that_the_page_names(values: str, named: str, tmp_path: Path) -> None:
    lines = [f'{{"value": {value}}}\n' for value in re.findall(r"`([^`]+)`", values)]
    (tmp_path / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    schema = open_source([tmp_path / "in.jsonl"]).schema
    assert isinstance(schema, pa.Schema)
    assert str(columns_of_schema(schema)["value"]) == named


@pytest.mark.parametrize("page", [*PAGES, "../README.md", "../CONTRIBUTING.md"])
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((DOCS / page).parent / target).exists(), target
