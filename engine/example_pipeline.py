"""The pipeline that runs the worked example of an operator."""

from __future__ import annotations

from .operator import Operator
from .pipeline import OutputTable, Pipeline, Step
from .registry import Registry

EXAMPLE_STEP = "example"


def example_pipeline(operator: Operator, registry: Registry) -> Pipeline:
    """Return the step of an operator with its example's parameters, after the steps that fit what it uses.

    The rows that those are fitted on stand in the pipeline; the sources to be given are the operator's input tables.
    """
    fitted = operator.example.artifacts
    steps = [
        Step(
            id=f"fit_{name}",
            operator=fit.operator,
            params=fit.params,
            inputs={registry.get(fit.operator).tables_in[0]: f"for_{name}"},
            artifacts={registry.get(fit.operator).artifacts_out[0]: name},
        )
        for name, fit in fitted.items()
    ]
    return Pipeline(
        sources=list(operator.tables_in),
        inline={f"for_{name}": fit.rows for name, fit in fitted.items()},
        steps=[*steps, Step(id=EXAMPLE_STEP, operator=operator.name, params=operator.example.params)],
        outputs=[OutputTable(table=name) for name in operator.tables_out],
    )
