"""Read named and typed fields out of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .answer_schemas import object_schema
from .asking import ask, require_length, template_of
from .settings import MaxTokens, ModelRole, PromptFile, WholeText

_PROMPT = Path(__file__).parent / "prompts/extraction.yaml"
_ARROW_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list of texts": pa.list_(pa.string()),
}
_JSON_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class ExtractedField(BaseModel):
    """What one field holds: its type, what it means, and for a text the values that it may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["text", "integer", "number", "boolean", "list of texts"] = "text"
    meaning: str = ""
    choices: list[str] = []


def _types(params: Any) -> dict[str, pa.DataType]:
    return {"extracted": pa.struct([(name, _ARROW_TYPES[field.type]) for name, field in params.fields.items()])}


@operator(
    kind="generate",
    phase="annotate",
    needs=("llm",),
    deterministic=False,
    writes={"extracted": "struct"},
    types=_types,
    example=Example(
        rows=[{"text": "Nora Lindqvist, 41, joined Arbeit AG in Kiel as an engineer."}],
        params={
            "fields": {
                "name": {"type": "text"},
                "age": {"type": "integer", "meaning": "in years"},
                "salary": {"type": "number", "meaning": "in euro a year"},
            }
        },
        becomes=[
            {
                "text": "Nora Lindqvist, 41, joined Arbeit AG in Kiel as an engineer.",
                "extracted": {"name": "Nora Lindqvist", "age": 41, "salary": None},
            }
        ],
    ),
    use_for=("pull facts out of text into fields", "names, dates and amounts from prose", "text to typed columns"),
    not_for=("fixed patterns such as addresses of mail", "summaries", "labels for a whole text"),
    aliases=(
        "information extraction",
        "structured output",
        "schema extraction",
        "named entities",
        "parse with a model",
    ),
)
async def structured_extraction(
    text: str,
    *,
    fields: Annotated[
        dict[str, ExtractedField], Field(description="The fields by name: type, meaning, choices.", min_length=1)
    ],
    verbatim: Annotated[
        bool, Field(description="Whether texts without choices must stand in the text word for word.")
    ] = False,
    prompt_file: PromptFile = None,
    role: ModelRole = "default",
    max_tokens: MaxTokens = None,
    max_characters: WholeText = MAX_CHARACTERS,
    context: Context,
) -> dict[str, Any]:
    """Reads the named fields out of a text into ``extracted``, a struct of exactly those fields in their order.

    What the text does not give is null, in a list field an empty list. The answer is held to the types by a JSON schema, at
    temperature 0. With ``verbatim`` a value that does not stand in the text (up to case and white space) quarantines the row;
    so does a text longer than ``max_characters``. A blank text is not sent: all of its fields are null. A later step can bind a
    field as a column: ``extracted.name``.
    One call per row.
    """
    if not text.strip():
        return {name: [] if field.type == "list of texts" else None for name, field in fields.items()}
    require_length(text, max_characters)
    messages = template_of(_PROMPT, prompt_file).render({"text": text}, {"fields": fields}, max_characters)
    schema = object_schema({name: _schema_of(field) for name, field in fields.items()})
    answer = await ask(context, messages, role=role, schema=schema, temperature=0, max_tokens=max_tokens)
    extracted = {name: answer.value[name] for name in fields}
    if verbatim:
        _require_verbatim(extracted, fields, text)
    return extracted


def _schema_of(field: ExtractedField) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "enum": field.choices} if field.choices else {"type": "string"}
    if field.type == "list of texts":
        return {"type": "array", "items": text}
    found = text if field.type == "text" else {"type": _JSON_TYPES[field.type]}
    return {"anyOf": [found, {"type": "null"}]}


def _require_verbatim(extracted: Mapping[str, Any], fields: Mapping[str, ExtractedField], text: str) -> None:
    there = _folded(text)
    for name, value in extracted.items():
        for quoted in () if fields[name].choices else _texts(value):
            if _folded(quoted) not in there:
                raise RowError(f"the value of `{name}` does not stand in the text")


def _texts(value: Any) -> Iterator[str]:
    yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
