"""``pipeline.py``: the pipeline as a script that people can read and run without the agents."""

from __future__ import annotations

from ...engine.modules import class_name_of, to_python
from ...engine.pipeline import Pipeline
from ...engine.registry import Registry

_HEAD = '''"""The pipeline that was built from a spec.

    python pipeline.py --data INPUT --out FOLDER

gives the same rows as the run that wrote this file. The pipeline's hash is
{hash}.
"""

'''
_RUNNER = "from corpusmith.interfaces.pipeline_script import run_as_script"
_FOOT = """

if __name__ == "__main__":
    run_as_script({name}())
"""


def pipeline_script(pipeline: Pipeline, why: dict[str, str], registry: Registry | None = None) -> str:
    """Return the script for a locked pipeline; ``why`` gives one line per step id, ``registry`` the tables of operators."""
    reasons = {step.id: why.get(step.id, step.operator) for step in pipeline.steps}
    imports, gap, rest = to_python(pipeline, registry, why=reasons).partition("\n\n\n")
    head, foot = _HEAD.format(hash=pipeline.hash), _FOOT.format(name=class_name_of(pipeline))
    return f"{head}{imports}\n{_RUNNER}{gap}{rest}{foot}"
