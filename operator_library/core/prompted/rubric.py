"""Score rows by several named criteria in one answer."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import UserError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .answer_schemas import object_schema
from .asking import ask, declined, fields_shown, is_blank, template_of, written
from .settings import MaxCharacters, ModelRole, PromptFile

_PROMPT = Path(__file__).parent / "prompts/rubric.yaml"
_SCORED = pa.struct({"reason": pa.string(), "score": pa.int64()})


def _types(params: Any) -> dict[str, pa.DataType]:
    return {"rubric": pa.struct(dict.fromkeys(params.criteria, _SCORED))}


@operator(
    kind="evaluate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"rubric_mean": "number", "rubric_lowest": "integer", "rubric": "struct"},
    types=_types,
    row_fields=fields_shown(_PROMPT, "criteria", "lowest", "highest"),
    example=Example(
        rows=[{"input": "Water boils at 100 degrees Celsius at sea level."}],
        params={"criteria": {"clarity": "Easy to understand.", "depth": "Explains why, not just what."}},
        becomes=[
            {
                "input": "Water boils at 100 degrees Celsius at sea level.",
                "rubric_mean": 3.5,
                "rubric_lowest": 2,
                "rubric": {
                    "clarity": {"reason": "One plain sentence.", "score": 5},
                    "depth": {"reason": "It states a fact and no cause.", "score": 2},
                },
            }
        ],
    ),
    use_for=("score quality on a scale", "rate rows by several criteria", "grade question and answer pairs"),
    not_for=("yes or no", "comparing two texts", "what a program can measure"),
    aliases=("LLM score", "rubric grading", "quality rating", "G-Eval", "rate from 1 to 5"),
)
async def prompted_rubric(
    row: Row,
    *,
    criteria: Annotated[
        dict[str, str], Field(description="What to score: a name and what it means, each.", min_length=1, max_length=20)
    ],
    lowest: Annotated[int, Field(description="The lowest score.", ge=-1000, le=1000)] = 1,
    highest: Annotated[int, Field(description="The highest score.", ge=-1000, le=1000)] = 5,
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> tuple[float, int, dict[str, Any]] | None:
    """Scores by several criteria, each a whole number from ``lowest`` to ``highest`` with a reason, from one answer.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. Writes ``rubric_mean``
    (their mean), ``rubric_lowest`` (the lowest of them) and ``rubric`` (a struct: per criterion its ``reason`` and ``score``, so
    that a later step can bind ``rubric.clarity.score``). The model may say that it cannot score a row: that and a score outside
    the range quarantine the row. A blank row is not sent and scored null. One call per row.

    Reasons come before scores and criteria are scored apart, after G-Eval (Liu et al., arXiv 2303.16634). Raises
    ``UserError`` for a range without two scores.
    """
    if is_blank(row):
        return None
    if lowest >= highest:
        raise UserError(
            f"A scale from {lowest} to {highest} has no two scores.", fix="Let `lowest` be below `highest`."
        )
    template = template_of(_PROMPT, prompt_file)
    settings = {"criteria": criteria, "lowest": lowest, "highest": highest}
    messages = template.render(row, settings, max_characters)
    schema = rubric_schema(list(criteria), lowest, highest)
    answer = await ask(context, messages, role=role, schema=schema, temperature=0)
    scored = {name: answer.value["scores"][name] for name in criteria}
    reasons = [written(scored[name]["reason"], f"reason for `{name}`") for name in criteria]
    if not answer.value["can_judge"]:
        raise declined("score the row", reasons[0])
    scores = [int(scored[name]["score"]) for name in criteria]
    criteria_scored = {
        name: {"reason": reason, "score": score} for name, reason, score in zip(criteria, reasons, scores, strict=True)
    }
    return fmean(scores), min(scores), criteria_scored


def rubric_schema(criteria: list[str], lowest: int, highest: int) -> dict[str, Any]:
    """Return the schema of an answer: whether it can be judged, and per criterion a reason and a score in the range."""
    score = object_schema(
        {"reason": {"type": "string"}, "score": {"type": "integer", "minimum": lowest, "maximum": highest}}
    )
    return object_schema({"can_judge": {"type": "boolean"}, "scores": object_schema(dict.fromkeys(criteria, score))})
