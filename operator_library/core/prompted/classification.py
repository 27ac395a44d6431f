"""Put rows into classes by labels: the one that fits, or all that apply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from ....engine.columns import Row
from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .answer_schemas import object_schema
from .asking import ask, fields_shown, is_blank, template_of
from .settings import MaxCharacters, ModelRole, PromptFile

_PROMPT = Path(__file__).parent / "prompts/classification.yaml"
_SETTINGS = ("labels", "several", "no_label")
_NONE = "none of these"


def _usable(labels: dict[str, str]) -> dict[str, str]:
    folded = [label.strip().casefold() for label in labels]
    if "" in folded or _NONE in folded or len(set(folded)) < len(folded):
        raise ValueError(f"labels must differ, not be blank and not be `{_NONE}`")
    return labels


Labels = Annotated[
    dict[str, str],
    AfterValidator(_usable),
    Field(description="The labels and what each means; the meaning may be empty.", min_length=1, max_length=200),
]


@operator(
    kind="evaluate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"label": "text"},
    row_fields=fields_shown(_PROMPT, *_SETTINGS),
    example=Example(
        rows=[{"input": "The match ended 3:1 after extra time."}, {"input": "zxcv qwer"}],
        params={"labels": {"sport": "Games and athletes.", "politics": ""}},
        becomes=[
            {"input": "The match ended 3:1 after extra time.", "label": "sport"},
            {"input": "zxcv qwer", "label": None},
        ],
    ),
    use_for=("classify rows", "sentiment or topic of each text", "one category per row", "language by a model"),
    not_for=("several labels per row", "yes or no", "grouping without given labels"),
    aliases=("LLM classification", "zero-shot classification", "categorise", "topic label", "sentiment"),
)
async def prompted_label(
    row: Row,
    *,
    labels: Labels,
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> str | None:
    """The one label that fits a row best, as a model finds at temperature 0; null where it says that none fits.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. Writes ``label`` (text).
    The model can give no other word than a label or "none of these"; an answer that is neither quarantines the row. A blank
    row is not sent and gives null. One call per row.
    """
    if is_blank(row):
        return None
    settings = {"labels": labels, "several": False, "no_label": _NONE}
    messages = template_of(_PROMPT, prompt_file).render(row, settings, max_characters)
    answer = await ask(context, messages, role=role, choices=[*labels, _NONE], temperature=0)
    if answer.value not in labels and answer.value != _NONE:
        raise RowError("the model answered with no label")
    return None if answer.value == _NONE else str(answer.value)


@operator(
    kind="evaluate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"labels": "list"},
    row_fields=fields_shown(_PROMPT, *_SETTINGS),
    example=Example(
        rows=[{"input": "The minister opened the stadium."}],
        params={"labels": {"sport": "", "politics": "", "weather": ""}},
        becomes=[{"input": "The minister opened the stadium.", "labels": ["sport", "politics"]}],
    ),
    use_for=("tag rows with several labels", "multi-label classification", "all topics of each text"),
    not_for=("one label per row", "free keywords"),
    aliases=("tagging", "multi-label", "topics", "LLM tags"),
)
async def prompted_labels(
    row: Row,
    *,
    labels: Labels,
    prompt_file: PromptFile = None,
    role: ModelRole = "judge",
    max_characters: MaxCharacters = MAX_CHARACTERS,
    context: Context,
) -> list[str] | None:
    """All labels that apply to a row, as a model finds at temperature 0, in the order of ``labels``; perhaps none.

    Shows the model the columns that the step binds, by the names that it gives them, or all columns. Writes ``labels`` (a list
    of texts). An answer with any other word quarantines the row. A blank row is not sent and gives null. One call per row.
    """
    if is_blank(row):
        return None
    settings = {"labels": labels, "several": True, "no_label": _NONE}
    messages = template_of(_PROMPT, prompt_file).render(row, settings, max_characters)
    schema = object_schema({"labels": {"type": "array", "items": {"type": "string", "enum": list(labels)}}})
    answer = await ask(context, messages, role=role, schema=schema, temperature=0)
    chosen = set(answer.value["labels"])
    if not chosen.issubset(labels):
        raise RowError("the model answered with a word that is no label")
    return [label for label in labels if label in chosen]
