"""The worker behind the wall: ``python -m corpusmith.engine.isolation.worker READ WRITE``.

It loads the code, says what it declares, and then answers one batch after the other. Everything it says is checked on the
other side: this file is trusted with nothing, for the code that it runs can change it.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import orjson
import pyarrow as pa

from ..context import Context
from ..declare import OPERATOR_ATTRIBUTE
from ..execution.segments.coroutines import Coroutines
from ..execution.steps.outcome import RowStep
from ..execution.steps.row_steps import row_step_of
from ..operator import Operator
from ..pipeline import Step
from .code import Declaration
from .frames import receive_frame, send_frame

_MODULE = "corpusmith_unread"


def load(source: str) -> Operator:
    """Execute ``source`` and return the one operator that it declares; raises ``ValueError`` for none or several."""
    module = types.ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    exec(compile(source, f"<{_MODULE}>", "exec"), module.__dict__)  # noqa: S102  (this is the place for it)
    found = [made for value in vars(module).values() if (made := getattr(value, OPERATOR_ATTRIBUTE, None)) is not None]
    if len(found) != 1:
        raise ValueError(f"the source declares {len(found)} operators, and one is wanted")
    operator: Operator = found[0]
    return operator


def serve(read: int, write: int) -> None:
    """Answer requests until there are no more: first the code, then perhaps a step, then its batches."""
    request = receive_frame(read)
    if request is None:
        return
    operator = load(orjson.loads(request)["source"])
    send_frame(write, Declaration.of(operator).model_dump_json().encode())
    setting, schema = receive_frame(read), receive_frame(read)
    if setting is None or schema is None:
        return
    with Coroutines() as loop:
        step = _step_of(operator, orjson.loads(setting), pa.ipc.read_schema(pa.py_buffer(schema)), loop)
        send_frame(write, step.schema.serialize().to_pybytes())
        while (content := receive_frame(read)) is not None:
            with pa.ipc.open_stream(pa.py_buffer(content)) as batches:
                for batch in batches:
                    _answer(write, step, batch)


def _step_of(operator: Operator, setting: dict[str, Any], schema: pa.Schema, loop: Coroutines) -> RowStep:
    step = Step.model_validate(setting["step"])
    context = Context(seed=setting["seed"], step=step.id, round=setting["round"])
    return row_step_of(step, operator, operator.params.model_validate(step.params), schema, context, loop)


def _answer(write: int, step: RowStep, batch: pa.RecordBatch) -> None:
    outcomes = list(step.apply(batch))
    dropped = [ended for outcome in outcomes for ended in outcome.dropped]
    quarantined = [ended for outcome in outcomes for ended in outcome.quarantined]
    send_frame(write, orjson.dumps({"dropped": dropped, "quarantined": quarantined}))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, step.schema) as stream:
        for outcome in outcomes:
            stream.write_batch(outcome.batch)
    send_frame(write, sink.getvalue().to_pybytes())


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
