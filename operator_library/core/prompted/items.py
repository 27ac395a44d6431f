"""Write several different values for a row in one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .answer_schemas import object_schema
from .asking import ask, fields_shown, is_blank, template_of, written
from .settings import MaxCharacters, MaxTokens, ModelRole, PromptFile, Temperature

_PROMPT = Path(__file__).parent / "prompts/items.yaml"


@operator(
    kind="generate",
    rows="expand",
    phase="generate",
    needs=("llm",),
    deterministic=False,
    writes={"item": "text"},
    row_fields=fields_shown(_PROMPT, "task", "count"),
    example=Example(
        rows=[{"input": "Water boils at 100 degrees Celsius at sea level, and at 90 at 3,000 metres."}],
        params={"task": "Write questions that the passage answers.", "count": 2},
        becomes=[
            {
                "input": "Water boils at 100 degrees Celsius at sea level, and at 90 at 3,000 metres.",
                "item": "At what temperature does water boil at sea level?",
            },
            {
                "input": "Water boils at 100 degrees Celsius at sea level, and at 90 at 3,000 metres.",
                "item": "At what temperature does water boil at 3,000 metres?",
            },
        ],
    ),
    use_for=("several questions, titles or ideas per row", "a list by a model", "question sets from source texts"),
    not_for=("one value per row", "independent samples of one prompt"),
    aliases=("generate questions", "list generation", "brainstorm per row", "one to many generation"),
)
async def prompted_items(
    row: Row,
    *,
    task: Annotated[str, Field(description="What to write, in words.", min_length=1)],
    count: Annotated[int, Field(description="How many are written for each row.", ge=1, le=100)] = 3,
    prompt_file: PromptFile = None,
    role: ModelRole = "default",
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> list[str]:
    """Makes a row of each of ``count`` different texts that a model writes for a row in one answer.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. Writes ``item``; the other
    columns are repeated. Another number of texts, an empty one and one that is there twice (up to case and white space) quarantine the row. A blank row is not
    sent and has no children. One call per row.
    """
    if is_blank(row):
        return []
    messages = template_of(_PROMPT, prompt_file).render(row, {"task": task, "count": count}, max_characters)
    listed = {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}
    schema = object_schema({"items": listed})
    answer = await ask(context, messages, role=role, schema=schema, temperature=temperature, max_tokens=max_tokens)
    items = [written(item, "item") for item in answer.value["items"]]
    if len({" ".join(item.casefold().split()) for item in items}) < count:
        raise RowError("the model wrote the same text twice")
    return items
