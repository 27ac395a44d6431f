"""Compare two texts, in both orders, so that a model's liking for the first or the last place cancels out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ....engine.context import Context
from ....engine.declare import operator
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS, PromptTemplate
from .asking import ask, template_of, written
from .settings import MaxCharacters, ModelRole, PromptFile

_PROMPT = Path(__file__).parent / "prompts/pairwise.yaml"
_SHOWN_IN_ORDER = {"A": "first", "B": "second", "tie": "tie"}
_SHOWN_SWAPPED = {"A": "second", "B": "first", "tie": "tie"}


@operator(
    kind="evaluate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"preferred": "text", "preference_reason": "text"},
    calls_per_row=lambda _: 2,
    example=Example(
        rows=[
            {"question": "Why is the sky blue?", "first": "Because it is.", "second": "Air scatters blue light more."}
        ],
        params={"criterion": "It explains the cause correctly."},
        becomes=[
            {
                "question": "Why is the sky blue?",
                "first": "Because it is.",
                "second": "Air scatters blue light more.",
                "preferred": "second",
                "preference_reason": "Only one of them names scattering.",
            }
        ],
    ),
    use_for=("preference pairs for DPO", "which of two answers is better", "compare two versions of a text"),
    not_for=("scores of single texts", "the same text twice"),
    aliases=("pairwise judge", "A/B comparison", "preference label", "chosen and rejected", "win rate"),
)
async def pairwise_preference(
    question: str | None,
    first: str,
    second: str,
    *,
    criterion: Annotated[str, Field(description="By what the texts are compared, as a sentence.", min_length=1)],
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> tuple[str, str]:
    """Which of two texts a model finds better by a criterion: ``first``, ``second`` or ``tie``.

    Reads ``first`` and ``second``, and ``question`` that both answer (null where there is none). Writes ``preferred`` and
    ``preference_reason``. The model is asked twice at temperature 0, with the texts in either order; where the two verdicts
    disagree, the order decided and the result is a tie (Zheng et al., arXiv 2306.05685). Equal texts are a tie without a call.
    One verdict that does not come quarantines the row. Two calls per row.
    """
    if first.strip() == second.strip():
        return "tie", "The texts are the same."
    template = template_of(_PROMPT, prompt_file)
    in_order, swapped = await asyncio.gather(
        *(
            _compared(
                context, template, {"question": question, "text_a": a, "text_b": b}, criterion, role, max_characters
            )
            for a, b in ((first, second), (second, first))
        )
    )
    verdict, again = _SHOWN_IN_ORDER[in_order[0]], _SHOWN_SWAPPED[swapped[0]]
    if verdict != again:
        return "tie", f"The order decided: {verdict} when shown in order, {again} when swapped."
    return verdict, in_order[1]


async def _compared(
    context: Context,
    template: PromptTemplate,
    shown: dict[str, str | None],
    criterion: str,
    role: str,
    max_characters: int,
) -> tuple[str, str]:
    messages = template.render(shown, {"criterion": criterion}, max_characters)
    answer = await ask(context, messages, role=role, schema=template.answer_schema, temperature=0)
    return str(answer.value["better"]), written(answer.value["reason"], "reason")
