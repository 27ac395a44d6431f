"""``corpusmith pipeline run`` and ``check`` for pipelines that ask a model, against a fake endpoint."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint, running_endpoint

PIPELINE = """\
name: answers
steps:
- {id: answer, operator: prompted_generation, bind: {input: text}, params: {prompt: "Repeat {{ input }}"}}
outputs:
- {table: rows, format: jsonl}
"""
ROWS = 12


@pytest.fixture(scope="module")
def served() -> Iterator[Endpoint]:
    with running_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(served: Endpoint) -> Endpoint:
    """A fake endpoint that has seen nothing."""
    served.behave()
    return served


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a pipeline, its data, and nothing configured."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CORPUSMITH_MODEL", "CORPUSMITH_BASE_URL", "CORPUSMITH_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(PIPELINE, encoding="utf-8")
    rows = "".join(json.dumps({"text": f"row number {number}"}) + "\n" for number in range(ROWS))
    (tmp_path / "in.jsonl").write_text(rows, encoding="utf-8")
    return tmp_path


def run(corpusmith: Any, out: str, *flags: str) -> Any:
    return corpusmith("pipeline", "run", "p.yaml", "--data", "in.jsonl", "--out", out, *flags)


def at(endpoint: Endpoint) -> tuple[str, ...]:
    return ("--model", "test-model", "--base-url", endpoint.base_url)


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())


def shard(folder: Path) -> bytes:
    return (folder / "dataset" / "data" / "train-00000-of-00001.jsonl").read_bytes()


def test_what_was_spent_stands_in_the_manifest_and_no_address_does(
    corpusmith: Any, place: Path, endpoint: Endpoint
) -> None:
    ended = run(corpusmith, "out", *at(endpoint))
    assert ended.code == 0, ended.err
    assert endpoint.total() == ROWS
    spend = manifest(place / "out")["spend"]
    assert (spend["total"]["calls"], spend["total"]["usd"]) == (ROWS, None)
    assert spend["accounts"][0]["label"] == "answer"
    for path in (place / "out").rglob("*"):
        if path.is_file():
            assert str(endpoint.port).encode() not in path.read_bytes(), path
    events = [json.loads(line) for line in (place / "out" / "trace.jsonl").read_text().splitlines()]
    assert [event for event in events if event["type"] == "TokensSpent"][-1]["calls"] == ROWS


def test_answers_are_kept_for_other_runs_unless_one_says_no(corpusmith: Any, place: Path, endpoint: Endpoint) -> None:
    run(corpusmith, "one", *at(endpoint))
    run(corpusmith, "two", *at(endpoint))
    assert endpoint.total() == ROWS
    assert shard(place / "one") == shard(place / "two")
    run(corpusmith, "three", *at(endpoint), "--no-cache")
    assert endpoint.total() == 2 * ROWS


def test_a_recording_answers_without_a_model(corpusmith: Any, place: Path, endpoint: Endpoint) -> None:
    assert run(corpusmith, "one", *at(endpoint), "--record", "answers.jsonl").code == 0
    asked = endpoint.total()
    ended = run(corpusmith, "two", "--replay", "answers.jsonl")
    assert ended.code == 0, ended.err
    assert endpoint.total() == asked
    assert shard(place / "one") == shard(place / "two")


def test_a_budget_that_is_reached_ends_6_and_a_higher_one_goes_on(
    corpusmith: Any, place: Path, endpoint: Endpoint
) -> None:
    ended = run(corpusmith, "out", *at(endpoint), "--max-calls", "5")
    assert ended.code == 6, ended.err
    assert not (place / "out" / "manifest.json").exists()
    assert endpoint.total() <= 5
    assert run(corpusmith, "out", *at(endpoint), "--max-calls", "50").code == 0
    assert endpoint.total() == ROWS


def test_an_endpoint_that_nobody_serves_ends_7(corpusmith: Any, place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    ended = run(corpusmith, "out", "--model", "fake", "--base-url", url)
    assert ended.code == 7, ended.err
    assert "Traceback" not in ended.err
    assert url not in ended.err


def test_without_a_model_the_run_is_refused_with_what_to_set(corpusmith: Any, place: Path) -> None:
    ended = run(corpusmith, "out")
    assert (ended.code, "CORPUSMITH_MODEL" in ended.said) == (2, True)


def test_a_model_that_the_pipeline_names_is_not_the_flags_to_choose(
    corpusmith: Any, place: Path, endpoint: Endpoint
) -> None:
    (place / "p.yaml").write_text(PIPELINE + "models: {default: test-model}\n", encoding="utf-8")
    refused = run(corpusmith, "out", "--model", "other", "--base-url", endpoint.base_url)
    assert (refused.code, "must be answered by `test-model`" in refused.said) == (2, True)
    assert run(corpusmith, "out", "--base-url", endpoint.base_url).code == 0
    assert manifest(place / "out")["spend"]["accounts"][0]["model"] == "test-model"


def test_a_check_says_what_will_be_asked_and_what_it_costs_at_least(
    corpusmith: Any, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "corpusmith.toml").write_text(
        '[models.default]\nmodel = "priced"\n\n[prices.priced]\ninput = 1000.0\noutput = 0.0\n', encoding="utf-8"
    )
    (cost,) = corpusmith("pipeline", "check", "p.yaml", "--data", "in.jsonl", "--json").json()["costs"]
    characters = sum(len(f"row number {number}") for number in range(ROWS))
    tokens = round(characters / 4)
    assert cost == {
        "step": "answer",
        "role": "default",
        "model": "priced",
        "calls": ROWS,
        "prompt_tokens": tokens,
        "usd": pytest.approx(tokens / 1000),
    }
    said = corpusmith("pipeline", "check", "p.yaml").out
    assert "answer  priced" in said
    assert "not known yet" in said


def test_a_check_of_a_pipeline_without_models_says_nothing_of_them(corpusmith: Any, place: Path) -> None:
    assert "model" not in corpusmith("pipeline", "check", "clean-text").out


def test_without_the_cache_a_run_that_its_budget_stopped_still_asks_nothing_twice(
    corpusmith: Any, place: Path, endpoint: Endpoint
) -> None:
    endpoint.behave(Behaviour(latency_s=0.1))
    stopped = run(corpusmith, "out", *at(endpoint), "--no-cache", "--max-calls", "5")
    assert stopped.code == 6, stopped.err
    assert "--max-calls" in stopped.err
    assert endpoint.total() == 5
    ended = run(corpusmith, "out", *at(endpoint), "--no-cache", "--max-calls", "50")
    assert ended.code == 0, ended.err
    assert sorted(endpoint.counts().values()) == [1] * ROWS
    assert manifest(place / "out")["spend"]["total"]["calls"] == ROWS
