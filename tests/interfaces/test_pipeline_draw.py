"""``corpusmith pipeline draw``: the picture in the terminal and the Mermaid text."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.registry import Registry
from corpusmith.interfaces.rendering.pipeline_columns import columns_by_step
from corpusmith.interfaces.rendering.pipeline_drawing import drawing
from corpusmith.interfaces.rendering.pipeline_mermaid import mermaid_text
from corpusmith.tools.operators import load_registry

LIBRARY = load_registry()
BRANCHES = """\
name: branches
sources: [rows, docs]
inline: {topics: [{topic: a}, {topic: b}]}
steps:
- {id: tidy, operator: normalize_whitespace}
- {id: few, operator: word_count_filter, params: {max: 5}, outputs: {rows: short}}
- {id: joined, operator: join_tables, inputs: {left: rows, right: docs}, params: {on: [id]}}
- {id: counted, operator: word_count, write: {word_count: n}}
- {id: unique, operator: exact_duplicates}
- {id: topic words, operator: word_count, inputs: {rows: topics}, bind: {text: topic}}
top_ups:
- {steps: [counted, unique], until: 50}
outputs:
- {table: rows, format: jsonl}
- {table: short}
- {table: topics}
"""
PICTURE = """\
  ○        rows (source)
  │ ○      docs (source)
  │ │ ○    topics (source, 2 inline rows)
  ● │ │    tidy (normalize_whitespace)
  ├─┼─┼─●  few (word_count_filter)
  │ │ │ │  short ← rows
  │ │ │ │  max=5
  ■─╯ │ │  joined (join_tables)
  │   │ │  rows ← rows, docs
  │   │ │  on=id
┌ │   │ │  repeated until 50 rows in rows, at most 10 rounds
│ ●   │ │  counted (word_count)
│ │   │ │  word_count as n
│ ■   │ │  unique (exact_duplicates)
└ │   │ │
  │   ● │  topic words (word_count)
  │   │ │  text: topic
  │   │ │  adds word_count (integer)
  ▼   │ │  rows (output, jsonl)
      │ ▼  short (output, parquet)
      ▼    topics (output, parquet)
           topic (text), word_count (integer)
■  needs all rows before it goes on
"""
LABEL = r'"[^"<>`;]*(?:(?:#\d+;|<br/>)[^"<>`;]*)*"'
MERMAID_LINE = re.compile(
    rf"    (?:\w+(?:\[\({LABEL}\)\]|\[{LABEL}\]|\[\[{LABEL}\]\]|\(\[{LABEL}\]\))"
    rf"|\w+ -->(?:\|{LABEL}\|)? \w+|subgraph \w+\[{LABEL}\]|end)"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "p.yaml").write_text(BRANCHES, encoding="utf-8")
    return tmp_path


def test_branches_joins_and_top_ups_are_drawn(corpusmith_process: Any, place: Path) -> None:
    ended = corpusmith_process("pipeline", "draw", place / "p.yaml", env={"PYTHONUTF8": "1"})
    title, _, picture = ended.out.partition("\n")
    assert title.startswith("branches: 6 steps, ")
    assert picture.splitlines() == PICTURE.splitlines()


def test_with_data_the_columns_are_shown(corpusmith: Any, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "a"}\n', encoding="utf-8")
    out = corpusmith("pipeline", "draw", "annotate-text", "--data", tmp_path / "in.jsonl").out
    assert "adds language (text)" in out
    assert "id (integer), text (text), language (text), word_count (integer)" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_a_terminal_without_unicode_gets_plain_signs(corpusmith_process: Any, place: Path) -> None:
    ended = corpusmith_process("pipeline", "draw", place / "p.yaml", env={"PYTHONIOENCODING": "ascii"})
    assert (ended.code, ended.out.isascii()) == (0, True)
    assert "+-+-+-*  few (word_count_filter)" in ended.out


def test_mermaid_has_a_node_for_each_step_and_an_edge_for_each_table(corpusmith: Any, place: Path) -> None:
    lines = corpusmith("pipeline", "draw", place / "p.yaml", "--format", "mermaid").out.splitlines()
    assert lines[0] == "flowchart TD"
    assert '    step1["few<br/>word_count_filter<br/>max=5"]' in lines
    assert '    source1 -->|"docs"| step2' in lines
    assert "    step4 --> output0" in lines
    assert lines.index('    subgraph top_up0["repeated until 50 rows in rows"]') + 3 == lines.index("    end")


@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
        | st.sampled_from(['"]', "end", "a;b"]),
        min_size=3,
        max_size=3,
    )
)
def test_no_name_breaks_the_text_of_a_diagram(words: list[str]) -> None:
    step = Step(id=words[0], operator=words[1], params={words[2]: words[0]}, outputs={"rows": words[2]})
    text = mermaid_text(Pipeline(steps=[step], outputs=[OutputTable(table=words[2])]), Registry())
    head, *lines = text.split("\n")
    assert head == "flowchart TD"
    assert len(lines) == 5
    for line in lines:
        assert MERMAID_LINE.fullmatch(line), line


NAMES = st.sampled_from(["rows", "docs", "漢字" * 30, "a b", "x"]) | st.text(min_size=1, max_size=5)
TABLES = st.dictionaries(st.sampled_from(["rows", "left", "right"]), NAMES, max_size=2)
STEPS = st.builds(
    Step,
    id=NAMES,
    operator=st.sampled_from(["join_tables", "word_count", "sort_rows", "nothing"]),
    params=st.dictionaries(NAMES, NAMES, max_size=2),
    inputs=TABLES,
    outputs=TABLES,
)


@given(
    steps=st.lists(STEPS, max_size=6),
    sources=st.lists(NAMES, max_size=30),
    outputs=st.lists(NAMES.map(lambda name: OutputTable(table=name)), max_size=3),
)
def test_every_pipeline_can_be_drawn_in_80_columns(
    steps: list[Step], sources: list[str], outputs: list[OutputTable]
) -> None:
    pipeline = Pipeline(steps=steps, sources=sources, outputs=outputs)
    screen = Console(file=io.StringIO(), width=80, markup=False, highlight=False, emoji=False)
    _, *parts = drawing(pipeline, LIBRARY, columns_by_step(pipeline, LIBRARY, None))
    for part in parts:
        screen.print(part)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert max((cell_len(line) for line in shown.splitlines()), default=0) <= 80
    assert sum(mark in line[:42] for line in shown.splitlines() for mark in "●■") >= len(steps)


def test_an_unknown_format_is_refused(corpusmith: Any, place: Path) -> None:
    ended = corpusmith("pipeline", "draw", place / "p.yaml", "--format", "svg")
    assert (ended.code, "terminal, mermaid" in ended.said) == (2, True)
