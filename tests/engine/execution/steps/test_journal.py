"""Answers of models on disk: they come back exactly, and a journal that cannot be used says so."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.steps import answer_text
from corpusmith.engine.execution.steps.journal import Journal
from corpusmith.engine.operator import Drop

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary()
ANSWERS = st.recursive(
    SCALARS | st.builds(Drop, st.text()),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers() | st.booleans(), inner)
    ),
)


def shape(answer: Any) -> Any:
    """The answer with the type of everything in it; not-a-number equals itself."""
    if isinstance(answer, list | tuple):
        return type(answer), [shape(part) for part in answer]
    if isinstance(answer, dict):
        return dict, [(shape(key), shape(value)) for key, value in answer.items()]
    if isinstance(answer, float):
        return float, "nan" if math.isnan(answer) else (answer, math.copysign(1, answer))
    return type(answer), answer


@given(ANSWERS)
def test_an_answer_comes_back_as_it_was(answer: Any) -> None:
    text = answer_text.written(answer)
    assert text is not None
    assert shape(answer_text.read(text)) == shape(answer)


@pytest.mark.parametrize("answer", [date(2020, 1, 1), [np.float64(1)], {"a": {1}}, object()])
def test_an_answer_that_text_would_change_is_not_kept(answer: Any) -> None:
    assert answer_text.written(answer) is None


def test_what_was_kept_is_found_after_the_journal_is_opened_again(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal")
    assert first.find(b"q") is None
    assert not (tmp_path / "journal").exists(), "nothing is made before the first answer"
    first.keep(b"q", "one")
    first.keep(b"q", "two")
    first.close()
    again = Journal(tmp_path / "journal")
    assert again.find(b"q") == "one"
    assert again.find(b"other") is None
    again.remove()
    assert not (tmp_path / "journal").exists()


def test_a_spoilt_journal_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"no database at all " * 100)
    journal = Journal(tmp_path)
    assert journal.find(b"q") is None
    journal.keep(b"q", "answer")
    assert journal.find(b"q") == "answer"
    journal.close()


def test_a_journal_that_cannot_be_written_stops_the_run_and_no_row(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="file"):
        Journal(tmp_path / "file" / "journal").keep(b"q", "answer")
