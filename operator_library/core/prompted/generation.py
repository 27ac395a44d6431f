"""Write new values from a prompt over a row: one, or several variants sampled apart from each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
from pydantic import Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import UserError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS, PromptTemplate
from .asking import ask, is_blank, sample, written
from .settings import MaxCharacters, MaxTokens, ModelRole, PromptFile, PromptText, SamplingTemperature, Temperature

_PROMPT = Path(__file__).parent / "prompts/generation.yaml"

Prompt = Annotated[
    PromptText | None,
    Field(description="What to write, a jinja2 template such as `Summarise {{ input }} in one sentence.`"),
]
System = Annotated[PromptText, Field(description="What the model is told about its part, before the prompt.")]


@operator(
    kind="generate",
    phase="generate",
    needs=("llm",),
    deterministic=False,
    writes={"generated": "text"},
    row_fields=lambda params: generation_template(params.prompt, params.prompt_file, params.system).fields(),
    example=Example(
        rows=[{"input": "Water boils at 100 degrees Celsius at sea level."}],
        params={"prompt": "Write a question that {{ input }} answers."},
        becomes=[
            {
                "input": "Water boils at 100 degrees Celsius at sea level.",
                "generated": "At what temperature does water boil at sea level?",
            }
        ],
    ),
    use_for=(
        "write a new column with a model",
        "summarise, answer, explain or title each row",
        "fill a prompt per row",
    ),
    not_for=("rewriting a column in place", "several answers per row", "judging"),
    aliases=("prompted generator", "LLM map", "prompt per row", "AI column", "ask a model for each row"),
)
async def prompted_generation(
    row: Row,
    *,
    prompt: Prompt = None,
    prompt_file: PromptFile = None,
    system: System = "",
    role: ModelRole = "default",
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> str | None:
    """Writes what a model answers to a prompt over the row.

    A prompt names columns (``{{ title }}``), or what the step binds: with ``bind: {question: meta.query}`` that field is
    ``{{ question }}``. A prompt that names none is followed by what the step binds, or by all columns. Writes ``generated`` (text;
    JSON where the template file has a ``schema``). Give either ``prompt`` or ``prompt_file``, else ``UserError``. An empty answer
    and one that was cut off quarantine the row; a row in which all that is shown is blank is not sent and gives null.
    One call per row.
    """
    if is_blank(row):
        return None
    template = generation_template(prompt, prompt_file, system)
    messages = template.render(row, limit=max_characters)
    schema = template.answer_schema
    answer = await ask(context, messages, role=role, schema=schema, temperature=temperature, max_tokens=max_tokens)
    return written(answer.text) if schema is None else orjson.dumps(answer.value).decode()


@operator(
    kind="generate",
    rows="expand",
    phase="generate",
    needs=("llm",),
    deterministic=False,
    writes={"generated": "text"},
    row_fields=lambda params: generation_template(params.prompt, params.prompt_file, params.system).fields(),
    calls_per_row=lambda params: params.count,
    example=Example(
        rows=[{"input": "sea"}],
        params={"prompt": "Write a riddle about {{ input }}.", "count": 2},
        becomes=[
            {"input": "sea", "generated": "I roar without a throat. What am I?"},
            {"input": "sea", "generated": "Ships cross me, yet I have no road. What am I?"},
        ],
    ),
    use_for=("several answers to each prompt", "many rows from a topic or a seed", "candidates for rejection sampling"),
    not_for=("one answer per row", "agreeing on one answer"),
    aliases=("best of n candidates", "k samples", "variants", "synthetic rows from topics", "diverse generations"),
)
async def prompted_variants(
    row: Row,
    *,
    prompt: Prompt = None,
    prompt_file: PromptFile = None,
    system: System = "",
    count: Annotated[int, Field(description="How many answers are sampled.", ge=1, le=1000)] = 4,
    role: ModelRole = "default",
    temperature: SamplingTemperature = 1.0,
    max_tokens: MaxTokens = None,
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> list[str]:
    """Makes a row of each of ``count`` answers that a model samples for a prompt; the other columns are repeated.

    Shows a row as ``prompted_generation`` does and writes ``generated``. Answers that are the same as an earlier one
    are kept: drop them with ``exact_duplicates``. One answer that is empty or cut off quarantines the row, so that no row
    has fewer variants than others unseen. A blank row has no children. Temperature 0 is refused.
    ``count`` calls per row.
    """
    if is_blank(row):
        return []
    template = generation_template(prompt, prompt_file, system)
    answers = await sample(
        context,
        template.render(row, limit=max_characters),
        count,
        role=role,
        schema=template.answer_schema,
        temperature=temperature,
        max_tokens=max_tokens,
    )
    if template.answer_schema is None:
        return [written(answer.text) for answer in answers]
    return [orjson.dumps(answer.value).decode() for answer in answers]


def generation_template(prompt: str | None, prompt_file: str | None, system: str) -> PromptTemplate:
    """Return the template of a person's own prompt; an inline one gets our words on the form of the answer."""
    if (prompt is None) is (prompt_file is None):
        raise UserError("There is not one prompt.", fix="Give either `prompt` or `prompt_file`.")
    if prompt is None:
        template = PromptTemplate.from_file(Path(str(prompt_file)))
    else:
        template = PromptTemplate.from_file(_PROMPT).model_copy(update={"user": prompt})
    return template.model_copy(update={"system": "\n\n".join(part for part in (system, template.system) if part)})
