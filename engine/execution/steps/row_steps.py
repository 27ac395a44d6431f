"""Turns a step of a pipeline into something that can be applied to batches."""

from __future__ import annotations

import pyarrow as pa

from ...context import Context
from ...isolation.code import UnreadCode
from ...isolation.isolated_step import IsolatedStep
from ...operator import Operator, Params
from ...pipeline import Step
from ..segments.coroutines import Coroutines
from .bound_calls import BoundCalls
from .expand_step import ExpandStep
from .frame_step import FrameStep
from .outcome import RowStep
from .value_steps import FilterStep, MapStep, targets_of


def row_step_of(
    step: Step, operator: Operator, params: Params, schema: pa.Schema, context: Context, loop: Coroutines
) -> RowStep:
    """Return the row-local step of a value or frame operator, given the columns before it."""
    if isinstance(operator.implementation, UnreadCode):
        return IsolatedStep(step, operator, schema, context)
    if operator.form == "frame":
        return FrameStep(step, operator, params, schema, context, loop)
    calls = BoundCalls(step, operator, params, schema.names, context, loop)
    if operator.rows == "filter":
        return FilterStep(calls, schema)
    targets = targets_of(step, operator, calls, schema)
    return ExpandStep(calls, targets, schema) if operator.rows == "expand" else MapStep(calls, targets, schema)
