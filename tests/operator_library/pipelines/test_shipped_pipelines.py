"""The shipped pipelines: what each says of itself, and what it does to a few rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import corpusmith.operator_library
from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.execution.executor import execute
from corpusmith.engine.modules import to_python
from corpusmith.engine.pipeline import Pipeline
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry
from corpusmith.operator_library.pipelines.shipped import shipped_pipelines

NAMES = sorted(shipped_pipelines())
PROSE = " ".join(f"word{number} and" for number in range(15))


@pytest.fixture(scope="module")
def library() -> Registry:
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made


def run(name: str, rows: Sequence[dict[str, Any]], library: Registry, work: Path) -> tuple[list[Any], dict[str, int]]:
    """The rows that a shipped pipeline gives, and how many it dropped by reason."""
    pipeline = shipped_pipelines()[name].pipeline()
    done = execute(pipeline, {"rows": source_of_rows(list(rows), table="rows")}, library, work)
    (table,) = done.tables.values()
    out = [row for batch in table.batches() for row in batch.to_pylist()]
    return out, {reason: count for step in done.ledger.steps for reason, count in step.dropped.items()}


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_sentence_and_a_description_and_no_lock(name: str, library: Registry) -> None:
    shipped = shipped_pipelines()[name]
    pipeline = shipped.pipeline()
    assert shipped.summary.endswith(".") and shipped.description
    assert pipeline.name == name
    assert check_pipeline(pipeline, library) == []
    assert not any(step.lock for step in pipeline.steps)


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_written_as_a_class(name: str, library: Registry) -> None:
    assert "def forward(self, rows: Dataset)" in to_python(shipped_pipelines()[name].pipeline(), library)


def test_clean_text_keeps_prose_and_says_why_the_rest_went(library: Registry, tmp_path: Path) -> None:
    texts = [f"<p>{PROSE}</p>", PROSE.upper(), "too short", "  ", PROSE, PROSE + " end", "1 2 3 4 5 " * 9]
    rows, dropped = run("clean-text", [{"id": n, "text": text} for n, text in enumerate(texts)], library, tmp_path)
    assert rows == [{"id": 0, "text": PROSE}]
    assert dropped == {
        "missing_value": 1,
        "word_count_below_min": 1,
        "digit_share_above_max": 1,
        "uppercase_share_above_max": 1,
        "exact_duplicate": 1,
        "near_duplicate": 1,
    }


def test_deduplicate_text_changes_no_text(library: Registry, tmp_path: Path) -> None:
    texts = ["A  b", "a b", PROSE, PROSE + " end", "c"]
    rows, dropped = run("deduplicate-text", [{"text": text} for text in texts], library, tmp_path)
    assert [row["text"] for row in rows] == ["A  b", PROSE, "c"]
    assert dropped == {"exact_duplicate": 1, "near_duplicate": 1}


def test_mask_personal_data_counts_what_it_masked(library: Registry, tmp_path: Path) -> None:
    rows, dropped = run("mask-personal-data", [{"text": "mail a@example.com"}, {"text": "b"}], library, tmp_path)
    assert rows == [{"text": "mail [EMAIL]", "personal_data_found": 1}, {"text": "b", "personal_data_found": 0}]
    assert dropped == {}


def test_annotate_text_keeps_every_row_and_its_text(library: Registry, tmp_path: Path) -> None:
    given = [{"text": "One two."}, {"text": ""}, {"text": None}]
    rows, dropped = run("annotate-text", given, library, tmp_path)
    assert ([row["text"] for row in rows], dropped) == ([row["text"] for row in given], {})
    assert (rows[0]["word_count"], rows[0]["html_tag_count"]) == (2, 0)


def test_split_rows_leaks_no_text(library: Registry, tmp_path: Path) -> None:
    rows, _ = run("split-rows", [{"text": f"t{n % 50}"} for n in range(100)], library, tmp_path)
    splits = [{row["text"] for row in rows if row["split"] == split} for split in ("train", "validation", "test")]
    assert [len(split) for split in splits] == [40, 5, 5]
    assert sum(map(len, splits)) == len(set.union(*splits))


def test_clean_chat_reaches_into_the_messages(library: Registry, tmp_path: Path) -> None:
    def chat(*texts: str) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": text} for text in texts]}

    rows, dropped = run("clean-chat", [chat("Hi  a@example.com"), chat("Hi a@example.com"), chat()], library, tmp_path)
    assert rows == [chat("Hi [EMAIL]")]
    assert dropped == {"missing_value": 1, "exact_duplicate": 1}


def test_the_seed_of_a_shipped_pipeline_can_be_changed_without_touching_it() -> None:
    pipeline = shipped_pipelines()["split-rows"].pipeline()
    assert pipeline.model_copy(update={"seed": 1}).hash != pipeline.hash == Pipeline.from_yaml(pipeline.to_yaml()).hash
