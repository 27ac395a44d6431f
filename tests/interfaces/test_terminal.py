"""What a terminal sees: colours and movement only where somebody asked for them, and no text that it obeys."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.interfaces.markdown_text import cell, code
from corpusmith.interfaces.terminal import visible

COLOUR = re.compile(r"\x1b\[[0-9;]*\b(?:3[0-7]|9[0-7]|38;[0-9;]*)m")


def on_a_terminal(arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run ``corpusmith`` with a terminal as stdout and stderr; return the exit code and all that was shown."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "corpusmith.interfaces.cli", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    return process.wait(), shown.decode()


@pytest.fixture
def without_colour_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("without_colour_settings")
def test_no_color_takes_the_colours_away() -> None:
    code, coloured = on_a_terminal(["doctor"], {})
    assert (code, bool(COLOUR.search(coloured))) == (0, True)
    code, plain = on_a_terminal(["doctor"], {"NO_COLOR": "1"})
    assert (code, COLOUR.search(plain)) == (0, None)


@pytest.mark.usefixtures("without_colour_settings")
def test_a_run_on_a_terminal_moves_and_then_shows_its_table(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("steps: [{id: short, operator: word_count_filter, params: {min: 2}}]")
    rows = ({"text": "a b" if number % 2 else "a"} for number in range(3000))
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = ["pipeline", "run", str(tmp_path / "p.yaml"), "--data", str(tmp_path / "in.jsonl"), "--out"]
    ended, shown = on_a_terminal([*run, str(tmp_path / "out")], {})
    assert ended == 0
    assert "\x1b[?25l" in shown
    assert "\x1b[?25h" in shown
    assert "word_count_below_min: 1,500" in shown
    ended, shown = on_a_terminal([*run, str(tmp_path / "dumb")], {"TERM": "dumb"})
    assert (ended, "\x1b[?25l" in shown) == (0, False)


def test_a_reader_that_leaves_is_no_error() -> None:
    listing = [sys.executable, "-m", "corpusmith.interfaces.cli", "operators", "list", "--json"]
    with subprocess.Popen(listing, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said


@given(st.text())
def test_visible_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    shown = visible(text, keep="\n")
    assert all(letter.isprintable() or letter == "\n" for letter in shown)
    if text.isprintable():
        assert shown == text


@given(st.text())
def test_a_cell_stays_on_its_line_and_in_its_column(text: str) -> None:
    for shown in (cell(text), code(text)):
        assert len(shown.splitlines()) <= 1
        assert not re.search(r"(?<!\\)\|", shown.replace("\\\\", ""))
