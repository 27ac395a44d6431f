"""One embedding vector per text."""

from __future__ import annotations

import math
from typing import Annotated

import pyarrow as pa
from pydantic import Field

from ....engine.context import EMBEDDING, Context
from ....engine.declare import operator
from ....engine.errors import RowError
from ....engine.models import EMBEDDING_ROLE, Models
from ....engine.operator import Example


@operator(
    kind="generate",
    phase="annotate",
    needs=(EMBEDDING,),
    deterministic=False,
    reads={"text": "text"},
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
    rows: pa.Table,
    *,
    role: Annotated[str, Field(description="The role in the configuration whose model is asked.")] = EMBEDDING_ROLE,
    max_characters: Annotated[int, Field(description="Longest text; a longer one is quarantined.", ge=1)] = 20_000,
    context: Context,
) -> pa.Table:
    """The embedding of a text as a list of numbers, from the embedding model of the run.

    Reads ``text``, writes ``embedding``. Null and blank texts have none (null). A text longer than ``max_characters``, and a
    vector that is empty or holds anything but finite numbers, quarantine the row: a part of a text is not the text. Many
    texts share a call, and equal ones are embedded once.
    """
    texts: list[str | None] = rows.column("text").to_pylist()
    wanted = [text for text in texts if text and text.strip() and len(text) <= max_characters]
    vectors = await _embedded(list(dict.fromkeys(wanted)), role, context)
    if any(text and len(text) > max_characters and text.strip() for text in texts):
        raise RowError(f"the text is longer than the {max_characters:,} characters that are embedded; split it first")
    found = [vectors.get(text or "") for text in texts]
    return rows.append_column("embedding", pa.array(found, pa.list_(pa.float64())))


async def _embedded(texts: list[str], role: str, context: Context) -> dict[str, list[float]]:
    """The vector of each text. All are asked for before one fails: the engine then tries them row by row, from the cache."""
    if not texts:
        return {}
    models: Models = context.service(EMBEDDING)
    vectors = await models.embed(texts, role=role, label=context.step)
    if not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
        raise RowError("the embedding is empty or holds something that is no finite number")
    return dict(zip(texts, vectors, strict=True))
