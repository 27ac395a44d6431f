"""Translate a text, and notice when the answer is no translation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ....engine.context import Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.operator import Example
from ....engine.prompts import MAX_CHARACTERS
from .asking import ask, require_length, template_of, written
from .refinement import require_share
from .settings import MaxTokens, ModelRole, PromptFile, WholeText

_PROMPT = Path(__file__).parent / "prompts/translation.yaml"
_LEAST_SHARE = 0.1
"""Chinese needs about a quarter of the characters of English; what is shorter still leaves something out."""
_WORDS_THAT_MAY_STAY = 5
"""A name or a title may read the same in two languages, a sentence does not."""

_COPY = "the translation is a copy of the text, which is in the target language already or was not translated"


@operator(
    kind="generate",
    phase="generate",
    needs=("llm",),
    deterministic=False,
    writes={"translation": "text"},
    example=Example(
        rows=[{"text": "The library opens at nine."}, {"text": "42"}],
        params={"target_language": "French"},
        becomes=[
            {"text": "The library opens at nine.", "translation": "La bibliothèque ouvre à neuf heures."},
            {"text": "42", "translation": "42"},
        ],
    ),
    use_for=("translate a column", "make a parallel corpus", "bring all texts into one language"),
    not_for=("detecting the language", "rewriting within a language"),
    aliases=("translate", "machine translation", "localise", "into English"),
)
async def prompted_translation(
    text: str,
    *,
    target_language: Annotated[str, Field(description="The language to translate into, by name.", min_length=2)],
    source_language: Annotated[
        str | None, Field(description="The language of the texts; the model finds out when null.")
    ] = None,
    keep_copies: Annotated[
        bool, Field(description="Whether a long text stays that the model says is in the target language already.")
    ] = False,
    prompt_file: PromptFile = None,
    role: ModelRole = "default",
    max_tokens: MaxTokens = None,
    max_characters: WholeText = MAX_CHARACTERS,
    context: Context,
) -> str:
    """Translates a text into ``target_language``, into the new column ``translation``, at temperature 0.

    Quarantines a row whose answer is empty, is under a tenth of the text's length, or is a copy of the text. A copy may stay
    where the model says that the text reads the same and it has five words or fewer, or with ``keep_copies``: set that for
    a table in which some texts are in the target language already. Quarantines a text longer than ``max_characters`` too.
    A text without letters is taken over without a call. One call per row.
    """
    if not any(character.isalpha() for character in text):
        return text
    require_length(text, max_characters)
    template = template_of(_PROMPT, prompt_file)
    settings = {"target_language": target_language, "source_language": source_language}
    messages = template.render({"text": text}, settings, max_characters)
    answer = await ask(
        context, messages, role=role, schema=template.answer_schema, temperature=0, max_tokens=max_tokens
    )
    translation = written(answer.value["translation"], "translation")
    if _is_copy(translation, text):
        if answer.value["same_text"] and (keep_copies or len(text.split()) <= _WORDS_THAT_MAY_STAY):
            return text
        raise RowError(_COPY)
    require_share(translation, text, _LEAST_SHARE)
    return translation


def _is_copy(translation: str, text: str) -> bool:
    return translation.casefold().split() == text.casefold().split()
