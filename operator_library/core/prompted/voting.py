"""Answer a question several times and take the answer on which most samples agree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS, PromptTemplate
from .asking import is_blank, sample, template_of
from .settings import MaxCharacters, MaxTokens, ModelRole, PromptFile, PromptText, SamplingTemperature

_PROMPT = Path(__file__).parent / "prompts/vote.yaml"


def _template(prompt: str | None, prompt_file: str | None) -> PromptTemplate:
    template = template_of(_PROMPT, prompt_file)
    return template if prompt is None else template.model_copy(update={"user": prompt})


@operator(
    kind="generate",
    phase="generate",
    needs=("llm",),
    deterministic=False,
    writes={"answer": "text", "agreement": "number"},
    row_fields=lambda params: _template(params.prompt, params.prompt_file).fields(),
    calls_per_row=lambda params: params.count,
    example=Example(
        rows=[{"input": "A shelf holds 12 books, 5 are lent out. How many are left?"}],
        params={"count": 4, "min_agreement": 0.6},
        becomes=[
            {
                "input": "A shelf holds 12 books, 5 are lent out. How many are left?",
                "answer": "7",
                "agreement": 0.75,
            }
        ],
    ),
    use_for=(
        "reliable short answers to maths and logic problems",
        "the most frequent of several answers",
        "pseudo-labels with a confidence",
    ),
    not_for=("long texts, of which no two agree", "one cheap answer per row"),
    aliases=("self-consistency", "majority vote", "maj@k", "consensus answer", "ensemble of samples"),
)
async def self_consistent_answer(
    row: Row,
    *,
    prompt: Annotated[
        PromptText | None, Field(description="The task, a jinja2 template; what is shown of the row when null.")
    ] = None,
    count: Annotated[int, Field(description="How many answers are sampled.", ge=2, le=200)] = 5,
    min_agreement: Annotated[
        float, Field(description="Share of the samples that the winning answer needs.", gt=0, le=1)
    ] = 0.5,
    prompt_file: PromptFile = None,
    role: ModelRole = "default",
    temperature: SamplingTemperature = 0.7,
    max_tokens: MaxTokens = None,
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> tuple[str, float] | None:
    """The final answer that most of ``count`` sampled solutions agree on, and the share of them that do.

    Shows the model the columns that the prompt names, else those that the step binds, else all. Writes ``answer`` (as the first
    sample of the majority wrote it) and ``agreement`` (0 to 1). Answers are the same up to case, white space and a full stop at the end; an empty
    answer counts as a sample that agrees with none. A tie and a majority under ``min_agreement`` quarantine the row.
    Temperature 0 is refused: equal samples prove nothing. ``count`` calls per row. After Wang et al., arXiv 2203.11171.
    """
    if is_blank(row):
        return None
    template = _template(prompt, prompt_file)
    answers = await sample(
        context,
        template.render(row, limit=max_characters),
        count,
        role=role,
        schema=template.answer_schema,
        temperature=temperature,
        max_tokens=max_tokens,
    )
    return majority([str(answer.value["answer"]).strip() for answer in answers], min_agreement)


def majority(answers: list[str], least: float) -> tuple[str, float]:
    """Return the most frequent answer that is not empty and its share; raises ``RowError`` without a clear one."""
    votes = Counter(folded for answer in answers if (folded := _folded(answer)))
    (winner, most), *others = votes.most_common(2) or [("", 0)]
    share = most / len(answers)
    if not most or share < least or (others and others[0][1] == most):
        raise RowError(f"no majority: the most frequent answer has {most} of {len(answers)} samples")
    return next(answer for answer in answers if _folded(answer) == winner), share


def _folded(answer: str) -> str:
    return " ".join(answer.casefold().split()).rstrip(".")
