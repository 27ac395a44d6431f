"""What cannot be run on a cluster is said in one panel, at once."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import orjson
import pyarrow as pa
import pytest

from corpusmith.engine.cluster.nodes import NodeFacts, assert_fits
from corpusmith.engine.cluster.part_work import apply_to_part
from corpusmith.engine.cluster.parts import Part, Parts
from corpusmith.engine.cluster.ray_session import ray_session
from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.segments.shipped_steps import ShippedSteps
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.registry import Registry

from .conftest import Command

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("text", pa.string())])
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def shipped(library: Registry) -> ShippedSteps:
    pipeline = Pipeline(steps=[Step(id="n", operator="word_count")]).locked(library)
    return ShippedSteps.of(library, pipeline.steps, SCHEMA, 0)


def test_an_address_where_nothing_answers_is_an_endpoint_error(
    command: Command, environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        arguments = command([{"id": "n", "operator": "word_count"}], "far", "--engine", "ray", "--ray-address", address)
        ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=200)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 7, said
    assert said.count("The Ray cluster cannot be reached.") == 1
    assert "Traceback" not in said and address not in said


def test_an_address_of_a_ray_client_is_refused() -> None:
    with pytest.raises(UserError, match="Ray client"), ray_session("ray://127.0.0.1:10001", 1):
        pass


def test_a_missing_ray_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"pip install 'corpusmith\[ray\]'"), ray_session(None, 1):
        pass


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (NodeFacts("2.7", version("corpusmith"), "token"), "another Python"),
        (NodeFacts(HERE, "0.0.0", "token"), "another Corpusmith"),
        (NodeFacts(HERE, None, "token"), "no Corpusmith"),
        (NodeFacts(HERE, version("corpusmith"), None), "does not see"),
        (NodeFacts(HERE, version("corpusmith"), "another"), "does not see"),
    ],
)
def test_a_node_that_differs_is_refused(facts: NodeFacts, message: str) -> None:
    with pytest.raises(UserError, match=message):
        assert_fits(facts, "token", Path("shared"))


def test_a_node_like_this_one_is_taken() -> None:
    assert_fits(NodeFacts(HERE, version("corpusmith"), "token"), "token", Path("shared"))


def test_a_worker_whose_operator_differs_from_the_lock_refuses_and_names_both(
    shipped: ShippedSteps, tmp_path: Path
) -> None:
    (step,) = shipped.steps
    other = replace(shipped, steps=(step.model_copy(update={"lock": "word_count@1+0123456789abcdef"}),))
    what, why, _ = refusal_of(other, tmp_path)
    assert "`word_count`" in what
    assert "word_count@1+0123456789abcdef" in why and str(step.lock) in why


def test_a_worker_that_does_not_see_the_part_says_so(shipped: ShippedSteps, tmp_path: Path) -> None:
    answer = apply_to_part(pa.table({"name": ["part"]}), str(tmp_path / "elsewhere"), pickle.dumps(shipped))
    assert "does not see" in orjson.loads(answer["refusal"][0].as_py())[0]


def test_a_part_is_named_by_its_rows_and_by_what_is_done_to_them(shipped: ShippedSteps, tmp_path: Path) -> None:
    (first,) = window_of(shipped, tmp_path, "a b")
    (same,) = window_of(shipped, tmp_path, "a b")
    (other_rows,) = window_of(shipped, tmp_path, "a c")
    (other_seed,) = window_of(replace(shipped, seed=1), tmp_path, "a b")
    assert first == same
    assert len({first.taken, other_rows.taken, other_seed.taken}) == 3


def refusal_of(steps: ShippedSteps, shared: Path) -> list[str]:
    (part,) = window_of(steps, shared, "a b")
    answer = apply_to_part(pa.table({"name": [part.taken.stem]}), str(part.taken.parent), pickle.dumps(steps))
    assert not part.is_done
    refusal: list[str] = orjson.loads(answer["refusal"][0].as_py())
    return refusal


def window_of(steps: ShippedSteps, shared: Path, text: str) -> list[Part]:
    (window,) = Parts(shared, steps).windows([pa.record_batch([["0"], [text]], schema=SCHEMA)], 8)
    return window
