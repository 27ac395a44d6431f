"""Judge rows by a criterion in words: yes or no with a reason, and the filter that keeps the yes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.operator import Drop, Example
from ....engine.prompts import MAX_CHARACTERS
from .asking import ask, declined, fields_shown, is_blank, template_of, written
from .settings import MaxCharacters, ModelRole, PromptFile

_PROMPT = Path(__file__).parent / "prompts/binary_judgement.yaml"

Criterion = Annotated[str, Field(description="What must be true of a row, as a sentence.", min_length=1)]


class Judgement(NamedTuple):
    """A model's verdict and what it gave as its reason."""

    met: bool
    reason: str


@operator(
    kind="evaluate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"judgement": "boolean", "judgement_reason": "text"},
    row_fields=fields_shown(_PROMPT, "criterion"),
    example=Example(
        rows=[{"input": "Boil the egg for eight minutes."}, {"input": "Eggs are great!!!"}],
        params={"criterion": "The text tells the reader how to do something."},
        becomes=[
            {
                "input": "Boil the egg for eight minutes.",
                "judgement": True,
                "judgement_reason": "It says how long to boil an egg.",
            },
            {
                "input": "Eggs are great!!!",
                "judgement": False,
                "judgement_reason": "It is praise without any step.",
            },
        ],
    ),
    use_for=("is it true of each row that ...", "yes or no by a model", "check answers against a reference in words"),
    not_for=("scores on a scale", "what a program can measure, such as lengths or languages"),
    aliases=("LLM judge", "LLM as a judge", "binary judge", "AI check", "yes/no question about a row"),
)
async def prompted_judgement(
    row: Row,
    *,
    criterion: Criterion,
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> tuple[bool, str] | None:
    """Whether a model finds that the criterion is met, and the reason that it gives.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. Writes ``judgement``
    (boolean) and ``judgement_reason`` (text). The model gives its reason before its verdict, at temperature 0. It may say that
    it cannot tell: that, an answer without a reason and an answer of another shape quarantine the row; a judge never answers
    for a model that did not. A blank row is not sent: it is judged null. One call per row.
    """
    if is_blank(row):
        return None
    return await judged(row, criterion, prompt_file, role, max_characters, context)


@operator(
    kind="filter",
    phase="filter",
    needs=("llm",),
    deterministic=False,
    row_fields=fields_shown(_PROMPT, "criterion"),
    example=Example(
        rows=[{"input": "Boil the egg for eight minutes."}, {"input": "Eggs are great!!!"}],
        params={"criterion": "The text tells the reader how to do something.", "reason": "no_instruction"},
        becomes=[{"input": "Boil the egg for eight minutes."}],
        dropped=["no_instruction"],
    ),
    use_for=(
        "keep rows of which something is true that only a reader can tell",
        "drop off-topic, unsafe or low-quality rows",
    ),
    not_for=("rules that a program can check", "keeping the verdict as a column"),
    aliases=("LLM filter", "prompted filter", "keep rows a model approves", "filter by a question"),
)
async def prompted_filter(
    row: Row,
    *,
    criterion: Criterion,
    reason: Annotated[
        str, Field(description="The reason code of a drop.", pattern=r"^[a-z][a-z0-9_]*$")
    ] = "criterion_not_met",
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> Drop | None:
    """Keeps the rows of which a model finds that the criterion is met.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. A row that does not meet
    the criterion is dropped with the code ``reason``, a blank row with ``missing_value``. A row that the model cannot judge is
    quarantined: neither kept nor dropped. To keep the verdicts as columns, use ``prompted_judgement``. One call per row.
    """
    if is_blank(row):
        return Drop("missing_value")
    judgement = await judged(row, criterion, prompt_file, role, max_characters, context)
    return None if judgement.met else Drop(reason)


async def judged(
    row: Row, criterion: str, prompt_file: str | None, role: str, max_characters: int, context: Context
) -> Judgement:
    """Return a model's judgement of a row; raises ``RowError`` when it has none."""
    template = template_of(_PROMPT, prompt_file)
    messages = template.render(row, {"criterion": criterion}, max_characters)
    answer = await ask(context, messages, role=role, schema=template.answer_schema, temperature=0)
    reason = written(answer.value["reason"], "reason")
    if answer.value["verdict"] == "cannot_tell":
        raise declined("judge the row", reason)
    return Judgement(answer.value["verdict"] == "yes", reason)
