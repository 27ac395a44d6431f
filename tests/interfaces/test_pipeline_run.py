"""``corpusmith pipeline run``, through the real command line."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import yaml

PIPELINE = """\
name: short texts
steps:
- {id: short, operator: word_count_filter, params: {min: 3}}
- {id: unique, operator: exact_duplicates, params: {columns: [text]}}
- {id: counted, operator: word_count}
outputs:
- {table: rows, format: jsonl}
"""
TEXTS = ["one two three", "too short", "one two three", "four five six seven", "no"]
BREAKS_ONCE = '''
"""Ends the process at the first row, until a file says otherwise."""
import os, pathlib, signal
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example


@operator(kind="evaluate", phase="annotate", example=Example(rows=[{"text": "a"}], becomes=[{"text": "a", "fragile": 1}]))
def fragile(text: str) -> int:
    """Breaks once."""
    if not (pathlib.Path(__file__).parent / "mended").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return 1
'''
FAILS_ON_SOME = '''
"""Fails on some rows."""
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example


@operator(kind="evaluate", phase="annotate", example=Example(rows=[{"text": "a"}], becomes=[{"text": "a", "picky": 1}]))
def picky(text: str) -> int:
    """Refuses texts with a five in them."""
    if "five" in text:
        raise ValueError("\\x1b[31mno fives, please")
    return 1
'''


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a pipeline and its data."""
    (tmp_path / "p.yaml").write_text(PIPELINE, encoding="utf-8")
    write_rows(tmp_path / "in.jsonl", TEXTS)
    return tmp_path


def write_rows(path: Path, texts: list[str]) -> None:
    lines = (json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def put_in_workspace(source: str) -> Path:
    folder = Path(os.environ["CORPUSMITH_HOME"]) / "operators"
    folder.mkdir(parents=True)
    (folder / "own.py").write_text(source, encoding="utf-8")
    return folder


def with_step(place: Path, **step: Any) -> None:
    content = yaml.safe_load(PIPELINE)
    content["steps"].append(step)
    (place / "p.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def command(place: Path, *more: str | Path) -> list[str | Path]:
    return ["pipeline", "run", place / "p.yaml", "--data", place / "in.jsonl", "--out", place / "out", *more]


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def results(out: Path) -> dict[str, bytes]:
    """All that is left for people, but the trace."""
    files = [path for path in out.rglob("*") if path.is_file() and ".work" not in path.parts]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files if path.name != "trace.jsonl"}


def test_a_run_leaves_the_dataset_its_logs_and_the_manifest(corpusmith: Any, place: Path) -> None:
    ended = corpusmith(*command(place))
    out = place / "out"
    assert ended.code == 0
    assert rows(out / "dataset" / "data" / "train-00000-of-00001.jsonl") == [
        {"id": 0, "text": "one two three", "word_count": 3},
        {"id": 3, "text": "four five six seven", "word_count": 4},
    ]
    assert rows(out / "dropped.jsonl") == [
        {"row": "rows:in.jsonl:2", "step": "short", "reason": "word_count_below_min"},
        {"row": "rows:in.jsonl:5", "step": "short", "reason": "word_count_below_min"},
        {"row": "rows:in.jsonl:3", "step": "unique", "reason": "exact_duplicate"},
    ]
    assert rows(out / "quarantine.jsonl") == []
    card = (out / "dataset" / "README.md").read_text("utf-8")
    assert "| short | 5 | 3 | word\\_count\\_below\\_min: 2 | 0 |" in card
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["ledger"]["rows_read"] == 5
    (shard,) = manifest["outputs"]
    assert shard["sha256"] == hashlib.sha256((out / shard["path"]).read_bytes()).hexdigest()
    (read,) = manifest["inputs"]
    assert read["sha256"] == hashlib.sha256((place / "in.jsonl").read_bytes()).hexdigest()
    for name, sha256 in manifest["files"].items():
        assert sha256 == hashlib.sha256((out / name).read_bytes()).hexdigest()
    assert all(step["lock"] for step in yaml.safe_load((out / "pipeline.yaml").read_text("utf-8"))["steps"])
    trace = [event["type"] for event in rows(out / "trace.jsonl")]
    assert (trace[0], trace[-1]) == ("RunStarted", "RunFinished")


def test_the_dataset_can_be_loaded_as_it_is(corpusmith: Any, place: Path) -> None:
    datasets = pytest.importorskip("datasets")
    assert corpusmith(*command(place)).code == 0
    loaded = datasets.load_dataset(str(place / "out" / "dataset"), cache_dir=str(place / "cache"))
    assert loaded["train"]["word_count"][:] == [3, 4]


def test_the_table_tells_what_each_step_did_and_where_the_dataset_is(corpusmith: Any, place: Path) -> None:
    ended = corpusmith(*command(place))
    said = [line.split() for line in ended.out.splitlines()]
    assert ["short", "(word_count_filter)", "5", "3", "word_count_below_min:", "2"] in said
    assert ["unique", "(exact_duplicates)", "3", "2", "exact_duplicate:", "1"] in said
    assert "5 rows read, 2 written." in ended.out
    assert str(place / "out" / "dataset") in ended.out
    assert "short: 5 rows in, 3 out (2 word_count_below_min)" in ended.err
    assert "\x1b" not in ended.out + ended.err


def test_the_table_cuts_off_no_figure_where_names_are_long(corpusmith: Any, place: Path) -> None:
    steps = """\
steps:
- {id: tidy_all_the_white_space, operator: normalize_whitespace}
- {id: long_enough_in_words, operator: word_count_filter, params: {min: 9000}}
"""
    (place / "long.yaml").write_text(steps, encoding="utf-8")
    rows = "".join(f'{{"text": "word {number}"}}\n' for number in range(1234))
    (place / "many.jsonl").write_text(rows, encoding="utf-8")
    ended = corpusmith("pipeline", "run", place / "long.yaml", "--data", place / "many.jsonl", "--out", place / "out")
    assert "word_count_below_min: 1,234" in " ".join(ended.out.split())


def test_the_same_command_again_uses_what_is_there_and_gives_the_same_bytes(corpusmith: Any, place: Path) -> None:
    corpusmith(*command(place))
    first = results(place / "out")
    again = corpusmith(*command(place))
    assert again.code == 0
    assert "3 of 3 steps were done before and not run again." in again.out
    assert results(place / "out") == first


def test_a_run_that_was_killed_goes_on_where_it_stopped(corpusmith_process: Any, place: Path) -> None:
    workspace = put_in_workspace(BREAKS_ONCE)
    with_step(place, id="fragile", operator="fragile")
    assert corpusmith_process(*command(place)).code == -signal.SIGKILL
    assert not (place / "out" / "manifest.json").exists()
    (workspace / "mended").touch()
    ended = corpusmith_process(*command(place, "--json"))
    assert ended.code == 0
    events = ended.lines()
    assert events[0]["resumed"] is True
    reused = {event["step"]: event["reused"] for event in events if event["type"] == "StepFinished"}
    assert reused == {"short": True, "unique": True, "counted": False, "fragile": False}
    resumed = results(place / "out")
    fresh = corpusmith_process(*command(place, "--force", "--out", place / "other"))
    assert fresh.code == 0
    data = "dataset/data/train-00000-of-00001.jsonl"
    assert resumed[data] == results(place / "other")[data]


def test_a_changed_input_is_computed_anew(corpusmith: Any, place: Path) -> None:
    corpusmith(*command(place))
    write_rows(place / "in.jsonl", [*TEXTS, "eight nine ten"])
    ended = corpusmith(*command(place))
    assert "6 rows read, 3 written." in ended.out
    assert "done before" not in ended.out + ended.err


def test_a_changed_step_is_computed_anew_and_those_before_it_are_not(corpusmith: Any, place: Path) -> None:
    corpusmith(*command(place))
    (place / "p.yaml").write_text(PIPELINE.replace("operator: word_count}", "operator: character_count}"), "utf-8")
    ended = corpusmith(*command(place, "--json"))
    assert ended.code == 0
    reused = {event["step"]: event["reused"] for event in ended.lines() if event["type"] == "StepFinished"}
    assert reused == {"short": True, "unique": True, "counted": False}


def test_another_pipeline_or_other_data_is_refused_without_force(corpusmith: Any, place: Path) -> None:
    corpusmith(*command(place))
    before = results(place / "out")
    write_rows(place / "other.jsonl", ["other words here"])
    other = ["pipeline", "run", place / "p.yaml", "--data", place / "other.jsonl", "--out", place / "out"]
    ended = corpusmith(*other)
    assert ended.code == 2
    assert "holds another run" in ended.said
    assert results(place / "out") == before
    forced = corpusmith(*other, "--force")
    assert "1 rows read, 1 written." in forced.out


def test_a_folder_of_somebody_else_is_refused(corpusmith: Any, place: Path) -> None:
    (place / "out").mkdir()
    (place / "out" / "thesis.txt").write_text("years of work", encoding="utf-8")
    ended = corpusmith(*command(place))
    assert ended.code == 2
    assert "not empty" in ended.said
    assert [path.name for path in (place / "out").iterdir()] == ["thesis.txt"]


def test_a_pipeline_with_problems_lists_them_all_and_makes_no_folder(corpusmith: Any, place: Path) -> None:
    (place / "p.yaml").write_text(PIPELINE.replace("word_count_filter", "word_cuont_filter").replace("[text]", "[txt]"))
    ended = corpusmith(*command(place))
    assert (ended.code, ended.out) == (2, "")
    said = " ".join(ended.err.replace("│", " ").split())
    assert "step `short`: there is no operator `word_cuont_filter`" in said
    assert "Traceback" not in ended.err
    assert not (place / "out").exists()


def test_rows_that_cannot_be_read_or_processed_are_quarantined_and_end_4(corpusmith: Any, place: Path) -> None:
    put_in_workspace(FAILS_ON_SOME)
    with_step(place, id="picky", operator="picky")
    with (place / "in.jsonl").open("a", encoding="utf-8") as data:
        data.write("{broken\n")
    ended = corpusmith(*command(place, "--max-bad-share", "0.5"))
    assert ended.code == 4
    assert "2 quarantined, see quarantine.jsonl" in ended.out
    unread, unprocessed = rows(place / "out" / "quarantine.jsonl")
    assert (unread["row"], unread["step"]) == ("rows:in.jsonl:6", "read")
    assert (unprocessed["row"], unprocessed["step"]) == ("rows:in.jsonl:4", "picky")
    assert "--max-bad-share=0.5" in json.loads((place / "out" / "manifest.json").read_bytes())["command"]


def test_too_many_failing_rows_end_the_run_and_leave_no_manifest(corpusmith: Any, place: Path) -> None:
    put_in_workspace(FAILS_ON_SOME)
    with_step(place, id="picky", operator="picky")
    ended = corpusmith(*command(place))
    assert ended.code == 2
    assert "could not be processed" in ended.err
    assert not (place / "out" / "manifest.json").exists()
    assert not (place / "out" / "dataset").exists()


def test_json_gives_events_on_stdout_and_text_on_stderr(corpusmith: Any, place: Path) -> None:
    ended = corpusmith(*command(place, "--json"))
    events = ended.lines()
    assert events[0]["type"] == "RunStarted"
    assert (events[-1]["type"], events[-1]["exit_code"], events[-1]["status"]) == ("RunFinished", 0, "finished")
    assert all(event["v"] == 1 for event in events)
    assert events == rows(place / "out" / "trace.jsonl")
    assert "5 rows read, 2 written." in ended.err


def test_several_sources_are_given_by_name(corpusmith: Any, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "name: two\nsources: [left, right]\nsteps:\n- {id: join, operator: join_tables, params: {'on': [id]}}\n"
        "outputs:\n- {table: rows, format: jsonl}\n",
        encoding="utf-8",
    )
    (tmp_path / "a.jsonl").write_text('{"id": 1, "q": "2+2?"}\n{"id": 2, "q": "3+3?"}\n', encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": 1, "a": "4"}\n', encoding="utf-8")
    run = ["pipeline", "run", tmp_path / "p.yaml", "--out", tmp_path / "out"]
    left, right = f"left={tmp_path / 'a.jsonl'}", f"right={tmp_path / 'b.jsonl'}"
    assert corpusmith(*run, "--data", left, "--data", right).code == 0
    (shard,) = (tmp_path / "out" / "dataset" / "data").iterdir()
    assert rows(shard) == [{"id": 1, "q": "2+2?", "a": "4"}]
    for data, what in (
        ([left], "No data is given for `right`"),
        ([tmp_path / "a.jsonl"], "not said which source"),
        ([left, f"rigth={tmp_path / 'b.jsonl'}"], "Did you mean `right`?"),
    ):
        ended = corpusmith(*run, *(word for path in data for word in ("--data", path)))
        assert ended.code == 2
        assert what in " ".join(ended.err.replace("│", " ").split())


def test_several_files_of_one_source_are_read_in_order(corpusmith: Any, place: Path) -> None:
    write_rows(place / "more.jsonl", ["eleven twelve thirteen"])
    ended = corpusmith(*command(place, "--data", place / "more.jsonl"))
    assert "6 rows read, 3 written." in ended.out


def test_an_input_without_rows_gives_an_empty_dataset_with_its_columns(corpusmith: Any, place: Path) -> None:
    (place / "in.csv").write_text("id,text\n", encoding="utf-8")
    ended = corpusmith("pipeline", "run", place / "p.yaml", "--data", place / "in.csv", "--out", place / "out")
    assert ended.code == 0
    assert "0 rows read, 0 written." in ended.out


def test_what_data_and_pipelines_are_called_is_shown_as_text_and_never_obeyed(corpusmith: Any, tmp_path: Path) -> None:
    reason = "\\x1b[31m[bold]x"
    put_in_workspace(
        "from corpusmith.engine.declare import operator\nfrom corpusmith.engine.operator import Drop, Example\n\n\n"
        '@operator(kind="filter", phase="filter", example=Example(rows=[], becomes=[]))\n'
        "def loud(text: str) -> Drop | None:\n"
        f'    """Drops all."""\n    return Drop("{reason}")\n'
    )
    write_rows(tmp_path / "in.jsonl", ["a"])
    (tmp_path / "p.yaml").write_text('steps: [{id: "[red]s\\e[1m", operator: loud}]', encoding="utf-8")
    ended = corpusmith(*command(tmp_path))
    assert ended.code == 0
    assert "[red]s\\x1b[1m (loud)" in ended.out
    assert "\\x1b[31m[bold]x: 1" in ended.out
    assert "\x1b" not in ended.out + ended.err


def test_the_same_rows_come_out_whatever_the_hash_seed(corpusmith_process: Any, place: Path) -> None:
    made = []
    for seed in ("1", "2"):
        out = place / f"out{seed}"
        run = [*command(place)[:-1], out]
        assert corpusmith_process(*run, env={"PYTHONHASHSEED": seed}).code == 0
        made.append({k: v for k, v in results(out).items() if k != "manifest.json"})
    assert made[0] == made[1]
