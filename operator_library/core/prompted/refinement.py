"""Rewrite a text by an instruction in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .asking import ask, declined, require_length, template_of, written
from .settings import MaxTokens, ModelRole, PromptFile, Temperature, WholeText

_PROMPT = Path(__file__).parent / "prompts/refinement.yaml"


@operator(
    kind="refine",
    phase="repair",
    needs=("llm",),
    deterministic=False,
    example=Example(
        rows=[{"text": "hey, the file are broken, pls fix"}],
        params={"instruction": "Correct the grammar and make the tone polite."},
        becomes=[{"text": "Hello, the file is broken. Could you please fix it?"}],
    ),
    use_for=(
        "rewrite a text",
        "correct grammar",
        "change tone or style",
        "simplify wording",
        "another form, such as a list as running text",
    ),
    not_for=("translation", "fixed patterns that a program can replace", "a new column beside the text"),
    aliases=("LLM rewrite", "prompted refiner", "rephrase", "polish", "edit with a model"),
)
async def prompted_refinement(
    text: str,
    *,
    instruction: Annotated[str, Field(description="What to change about the text.", min_length=1)],
    min_length_share: Annotated[
        float, Field(description="Shortest answer, as a share of the text's length; 0 to let it shorten.", ge=0, le=1)
    ] = 0.3,
    prompt_file: PromptFile = None,
    role: ModelRole = "default",
    temperature: Temperature = 0,
    max_tokens: MaxTokens = None,
    max_characters: WholeText = MAX_CHARACTERS,
    context: Context,
) -> str:
    """Rewrites a text as the instruction says, in its place.

    The answer is a field of a structured answer, so that no "Here is the text:" gets into the data, and the model has a
    way to say that it cannot do it. That, an answer that is empty or shorter than ``min_length_share`` of the text, and a
    text longer than ``max_characters`` quarantine the row. A blank text stays as it is, without a call.
    One call per row.
    """
    if not text.strip():
        return text
    require_length(text, max_characters)
    template = template_of(_PROMPT, prompt_file)
    messages = template.render({"text": text}, {"instruction": instruction}, max_characters)
    schema = template.answer_schema
    answer = await ask(context, messages, role=role, schema=schema, temperature=temperature, max_tokens=max_tokens)
    if not answer.value["done"]:
        raise declined("rewrite the text", answer.value["reason"])
    rewritten = written(answer.value["text"], "text")
    require_share(rewritten, text, min_length_share)
    return rewritten


def require_share(made: str, source: str, least: float) -> None:
    """Raise ``RowError`` for an answer that is too short beside its source to hold all of it."""
    if len(made) < least * len(source.strip()):
        raise RowError(
            f"the answer has {len(made):,} characters for a text of {len(source):,}: too little to be all of it"
        )
