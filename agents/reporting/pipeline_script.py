"""``pipeline.py``: the pipeline as a script that people can read and run without the agents."""

from __future__ import annotations

import pprint
from typing import Any

from jinja2 import Environment, StrictUndefined

from ...engine.pipeline import OutputTable, Pipeline, Step

_TEMPLATE = '''"""{{ title }}

    python pipeline.py --data INPUT --out FOLDER

gives the same rows as the run that wrote this file. The pipeline's hash is
{{ hash }}.
"""

from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.interfaces.pipeline_script import run_as_script

PIPELINE = Pipeline(
    name={{ name }},
    seed={{ seed }},
    steps=[
{%- for step in steps %}
        # {{ step.why }}
        Step(
{%- for field, value in step.fields %}
            {{ field }}={{ value }},
{%- endfor %}
        ),
{%- endfor %}
    ],
    outputs=[
{%- for output in outputs %}
        OutputTable({{ output }}),
{%- endfor %}
    ],
)

if __name__ == "__main__":
    run_as_script(PIPELINE)
'''


def pipeline_script(pipeline: Pipeline, why: dict[str, str]) -> str:
    """Return the script for a locked pipeline; ``why`` gives one line per step id."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(_TEMPLATE).render(
        title="The pipeline that was built from a spec.",
        hash=pipeline.hash,
        name=repr(pipeline.name),
        seed=pipeline.seed,
        steps=[{"why": _one_line(why.get(step.id, step.operator)), "fields": _fields(step)} for step in pipeline.steps],
        outputs=[", ".join(f"{name}={value!r}" for name, value in _said(output)) for output in pipeline.outputs],
    )


def _fields(step: Step) -> list[tuple[str, str]]:
    return [
        (name, pprint.pformat(value, width=100, sort_dicts=False).replace("\n", "\n            "))
        for name, value in _said(step)
    ]


def _said(model: Step | OutputTable) -> list[tuple[str, Any]]:
    """The fields that say something, in order."""
    return [(name, value) for name, value in model.model_dump().items() if value not in (None, {}, [])]


def _one_line(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= 110 else folded[:107] + "..."
