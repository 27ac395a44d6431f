"""One embedding vector per text."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from ....engine.context import EMBEDDING, Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.models import EMBEDDING_ROLE, Models
from ....engine.operator import Example
from .joint_requests import vector_of


@operator(
    kind="generate",
    phase="annotate",
    needs=(EMBEDDING,),
    deterministic=False,
    writes={"embedding": "list"},
    example=Example(
        rows=[{"text": "a cat"}, {"text": None}],
        becomes=[{"text": "a cat", "embedding": [1.0, 0.0]}, {"text": None, "embedding": None}],
    ),
    use_for=(
        "vectors for similarity search",
        "turn documents or questions into vectors",
        "compare by meaning",
        "prepare retrieval or diverse sampling",
    ),
    not_for=("near duplicates by words", "search by keywords"),
    aliases=("embeddings", "sentence vectors", "dense vectors", "encode text"),
)
async def text_embedding(
    text: str,
    *,
    role: Annotated[str, Field(description="The role in the configuration whose model is asked.")] = EMBEDDING_ROLE,
    max_characters: Annotated[int, Field(description="Longest text; a longer one is quarantined.", ge=1)] = 20_000,
    context: Context,
) -> list[float] | None:
    """The embedding of a text as a list of numbers, from the embedding model of the run.

    Reads ``text``, writes ``embedding``. Null and blank texts have none (null). A text longer than ``max_characters``, and a
    vector that is empty or holds anything but finite numbers, quarantine the row: a part of a text is not the text. Many
    texts share a request, and equal ones are embedded once.
    """
    if not text.strip():
        return None
    if len(text) > max_characters:
        raise RowError(f"the text is longer than the {max_characters:,} characters that are embedded; split it first")
    models: Models = context.service(EMBEDDING)
    vector = [float(number) for number in await vector_of(text, models, role, context.step)]
    if not vector or not all(map(math.isfinite, vector)):
        raise RowError("the embedding is empty or holds something that is no finite number")
    return vector
