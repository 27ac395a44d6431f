"""The progress of a run: what the figures say, the plain lines, and the live area in a real terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from corpusmith.engine.events import Event, PlanProposed, Progress, RowsDropped, StepFinished, StepStarted, TokensSpent
from corpusmith.interfaces.rendering.pipeline_progress import pipeline_progress
from corpusmith.interfaces.rendering.progress_area import ProgressArea, duration
from corpusmith.interfaces.rendering.run_figures import RunFigures

CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")
SLOW = '''
"""Takes its time."""
import time
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example


@operator(kind="evaluate", phase="annotate", example=Example(rows=[{"text": "a"}], becomes=[{"text": "a", "slow": 1}]))
def slow(text: str) -> int:
    """Takes its time."""
    time.sleep(0.0004)
    return 1
'''
PIPELINE = """\
steps:
- {id: slow, operator: slow}
- {id: short, operator: word_count_filter, params: {min: 2}}
- {id: unique, operator: exact_duplicates}
outputs:
- {table: rows, format: jsonl}
"""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_and_time_left_come_from_the_events_alone() -> None:
    clock = Clock()
    figures = RunFigures(clock)
    figures.take(StepStarted(step="a", operator="a"))
    figures.take(Progress(rows=0, total=1000))
    assert (figures.speed, figures.seconds_left) == (None, None)
    clock.now += 2
    figures.take(Progress(rows=200, total=1000, kept=150, dropped={"x": 50}))
    assert (figures.speed, figures.seconds_left, figures.dropped) == (100.0, 8.0, {"x": 50})
    figures.take(RowsDropped(step="a", reasons={"x": 60, "y": 70}))
    figures.take(StepFinished(step="a", rows_in=1000, rows_out=870, quarantined=3))
    assert (figures.speed, figures.steps, figures.quarantined) == (None, [], 3)
    assert list(figures.dropped.items()) == [("y", 70), ("x", 60)]


def test_rows_that_wait_for_a_model_are_not_done_yet() -> None:
    clock = Clock()
    figures = RunFigures(clock)
    figures.take(Progress(rows=900, total=1000))
    clock.now += 2
    figures.take(Progress(rows=1000, total=1000, kept=150, dropped={"x": 40}, quarantined=10))
    assert (figures.speed, figures.seconds_left) == (100.0, 8.0)


def test_a_new_stage_starts_its_speed_anew() -> None:
    clock = Clock()
    figures = RunFigures(clock)
    for rows in (0, 500, 10):
        clock.now += 1
        figures.take(Progress(rows=rows, total=None))
    assert (figures.speed, figures.seconds_left) == (None, None)


def lines_of(events: Sequence[tuple[float, Event]]) -> list[str]:
    """What is printed without a terminal for events at their times."""
    clock, out = Clock(), io.StringIO()
    area = ProgressArea(Console(file=out, width=80, markup=False, highlight=False), clock)
    area.start("Running")
    begin = clock.now
    for at, event in events:
        clock.now = begin + at
        area(event)
    area.stop()
    return out.getvalue().splitlines()


def test_without_a_terminal_a_plain_line_comes_every_ten_seconds() -> None:
    spent = TokensSpent(calls=12, cached=3, prompt_tokens=900, completion_tokens=100, usd=0.01234)
    events: list[tuple[float, Event]] = [(0, StepStarted(step="a", operator="a"))]
    events += [
        (at / 2, Progress(rows=at * 50, total=3000, kept=at * 50 - 2, dropped={"r\x1b": 2})) for at in range(1, 40)
    ]
    events += [(20, spent), (21, Progress(rows=2000, total=3000)), (30.5, Progress(rows=2950, total=3000))]
    printed = lines_of(events)
    assert printed[0] == "Running: a; 1,000 of 3,000 rows in; 100 rows/s; 0:20 left; 998 kept; 2 dropped (2 r\\x1b)"
    assert [line.split("; ")[-1] for line in printed[1:]] == [
        "12 model calls, 3 from the cache, 1,000 tokens, 0.0123 USD"
    ] * 2
    assert "\x1b" not in "".join(printed)


def test_the_running_steps_stand_with_their_places_in_the_plan() -> None:
    steps = [f"s{n}" for n in range(1, 6)]
    events: list[tuple[float, Event]] = [(0, PlanProposed(pipeline_hash="", steps=[{"step": step} for step in steps]))]
    events += [(0, StepStarted(step=step, operator="a")) for step in steps[:4]]
    events += [(12, Progress(rows=0, total=None))]
    events += [(13, StepFinished(step=step, rows_in=1, rows_out=1, quarantined=0)) for step in steps[:4]]
    events += [(14, StepStarted(step="s5", operator="a")), (25, Progress(rows=0, total=None))]
    events += [(26, StepFinished(step="s5", rows_in=1, rows_out=1, quarantined=0))]
    events += [(36, RowsDropped(step="s5", reasons={}))]
    assert lines_of(events) == [
        "Running: s1 ... s4 (steps 1 to 4 of 5); 0:12 so far",
        "Running: s5 (step 5 of 5); 0:11 so far",
        "Running: writing the results; 0:10 so far",
    ]


def test_a_step_that_tells_nothing_still_gets_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpusmith.interfaces.rendering.progress_area._SECONDS_BETWEEN_LOOKS", 0.001)
    clock, out = Clock(), io.StringIO()
    area = ProgressArea(Console(file=out, width=80, markup=False, highlight=False), clock)
    area.start("Running")
    area(StepStarted(step="sort", operator="sort_rows"))
    clock.now += 11
    while not out.getvalue():
        time.sleep(0.001)
    area.stop()
    assert out.getvalue() == "Running: sort; 0:11 so far\n"


def test_an_unknown_price_is_said_and_many_reasons_are_cut() -> None:
    spent = TokensSpent(calls=1, cached=0, prompt_tokens=1, completion_tokens=1, usd=None)
    reasons = {f"reason_{n}": 9 - n for n in range(7)}
    (line,) = lines_of([(1, spent), (12, Progress(rows=0, total=None, dropped=reasons))])
    assert "cost unknown" in line
    assert "3 more reasons)" in line


@pytest.mark.parametrize(("seconds", "said"), [(7, "0:07"), (750, "12:30"), (11045, "3:04:05")])
def test_a_duration_reads_like_a_clock(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_the_area_goes_away_when_the_run_breaks() -> None:
    out = io.StringIO()
    screen = Console(file=out, width=80, force_terminal=True)
    with pytest.raises(RuntimeError), pipeline_progress(screen) as show:
        show(StepStarted(step="a", operator="a"))
        raise RuntimeError
    assert out.getvalue().endswith("\x1b[?25h") or out.getvalue().rfind("\x1b[?25h") > out.getvalue().rfind("\x1b[?25l")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A pipeline whose first step takes a second or two, and its data."""
    (tmp_path / "own" / "operators").mkdir(parents=True)
    (tmp_path / "own" / "operators" / "slow.py").write_text(SLOW, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(PIPELINE, encoding="utf-8")
    rows = "".join(f'{{"text": "word {n}"}}\n{{"text": "short"}}\n' for n in range(2500))
    (tmp_path / "in.jsonl").write_text(rows, encoding="utf-8")
    return tmp_path


def on_a_terminal(place: Path, environment: dict[str, str], *more: str) -> tuple[int, str]:
    """Run the pipeline with a terminal of 80 columns as stderr; return the exit code and what was shown there."""
    master, slave = pty.openpty()
    arguments = ["pipeline", "run", "p.yaml", "--data", "in.jsonl", "--out", "out", "--workspace", "own", *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "corpusmith.interfaces.cli", *arguments],
        cwd=place,
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "PYTHONUTF8": "1", **environment},
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
def test_on_a_terminal_one_area_moves_and_leaves_nothing_behind(place: Path) -> None:
    code, shown = on_a_terminal(place, {"NO_COLOR": "1"}, "--workers", "1")
    assert code == 0
    assert re.search(r"[\d,]+ of 5,000 rows in, [\d,]+ rows/s, \d+:\d\d left", shown)
    assert "2,500 dropped (2,500 word_count_below_min)" in shown
    assert not any(kind == "m" and re.search(r"(^|;)(3[0-7]|9[0-7]|38)", code) for code, kind in CONTROL.findall(shown))
    lines = [CONTROL.sub("", line) for line in re.split(r"[\r\n]+", shown)]
    assert max(map(len, lines)) <= 80
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")


@pytest.mark.usefixtures("without_colour_settings")
def test_a_terminal_that_can_move_nothing_gets_plain_lines(place: Path) -> None:
    (place / "in.jsonl").write_text('{"text": "word one"}\n', encoding="utf-8")
    code, shown = on_a_terminal(place, {"TERM": "dumb"})
    assert (code, "\x1b" in shown) == (0, False)
    assert "short: 1 rows in, 1 out" in shown.replace("\r", "")
