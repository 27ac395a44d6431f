"""A right answer, in plain Python, from what was planted."""

from __future__ import annotations

import re
from pathlib import Path

from ...inputs.multilingual import passages
from ...output import Output

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def build(source: Path) -> Output:
    """Return the dataset that the spec asks for."""
    kept: dict[str, dict[str, str]] = {}
    words_of_kept: list[set[str]] = []
    for passage in passages():
        text = ADDRESS.sub("[EMAIL]", passage.clean)
        words = set(text.lower().split())
        fits = passage.language == "en" and 15 <= len(text.split()) <= 200 and passage.id not in kept
        if fits and not any(len(words & other) >= 0.85 * len(words | other) for other in words_of_kept):
            words_of_kept.append(words)
            kept[passage.id] = {"id": passage.id, "text": text, "source": passage.source}
    return Output({"train": list(kept.values())})
