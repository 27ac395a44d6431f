"""Whether the top-ups of a pipeline repeat segments that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..errors import did_you_mean
from ..pipeline import Pipeline, TopUp
from ..registry import Registry
from .problem import Problem


def top_up_problems(pipeline: Pipeline, registry: Registry) -> Iterator[Problem]:
    """Yield every problem of the segments that top-ups repeat."""
    ids = [step.id for step in pipeline.steps]
    taken: dict[str, TopUp] = {}
    for top_up in pipeline.top_ups:
        for message in [*_wrong_steps(top_up, ids), *_wrong_table(top_up, pipeline, registry)]:
            yield Problem(None, f"the top-up of `{top_up.table}` {message}")
        for step in dict.fromkeys(top_up.steps):
            if step in taken:
                yield Problem(step, "two top-ups repeat it; a step belongs to one at most.")
            taken[step] = top_up
        if top_up.surplus_step in ids:
            yield Problem(
                top_up.surplus_step, "its id is the one under which a top-up drops what is too much; rename it."
            )


def _wrong_steps(top_up: TopUp, ids: list[str]) -> Iterator[str]:
    unknown = [step for step in top_up.steps if step not in ids]
    for step in unknown:
        yield f"repeats the step `{step}`, which there is not. {did_you_mean(step, ids)}"
    twice = [step for step, times in Counter(top_up.steps).items() if times > 1]
    for step in twice:
        yield f"names the step `{step}` twice."
    if unknown or twice:
        return
    first = ids.index(top_up.steps[0])
    following = ids[first : first + len(top_up.steps)]
    if following != top_up.steps:
        listed = ", ".join(f"`{step}`" for step in top_up.steps)
        yield f"repeats {listed}, which do not follow each other in this order; name each step from the first to the last."


def _wrong_table(top_up: TopUp, pipeline: Pipeline, registry: Registry) -> Iterator[str]:
    steps = [step for step in pipeline.steps if step.id in top_up.steps]
    if not steps or any(step.operator not in registry for step in steps):
        return
    made = [step.output_table(table) for step in steps for table in registry.get(step.operator).tables_out]
    if top_up.table not in made:
        yield f"waits for a table that its steps do not make. {did_you_mean(top_up.table, made)}"
