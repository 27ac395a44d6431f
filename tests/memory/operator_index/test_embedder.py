import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.memory.operator_index.embedder import Embedder, HashedEmbedder

_PRINT_DIGEST = """
import hashlib
from corpusmith.memory.operator_index.embedder import HashedEmbedder
print(hashlib.sha256(HashedEmbedder().embed(["Remove web addresses", "", "emoji 😀"]).tobytes()).hexdigest())
"""


@given(st.lists(st.text(max_size=80), max_size=4))
def test_vectors_have_length_one_or_none(texts: list[str]) -> None:
    embedder: Embedder = HashedEmbedder()

    vectors = embedder.embed(texts)

    assert vectors.shape == (len(texts), 1024)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(lengths, 1.0, atol=1e-5) | (lengths == 0.0))


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    embedder = HashedEmbedder()

    alone, among = embedder.embed(["count words"])[0], embedder.embed(["other", "count words"])[1]

    assert np.array_equal(alone, among)


def test_vectors_do_not_depend_on_the_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


@pytest.mark.parametrize(
    ("need", "near", "far"),
    [
        ("throw away repeated records", "Drops duplicate rows.", "Counts the words of a text."),
        ("hyperlinks", "Removes URLs.", "Removes emoji."),
        ("normalising", "normalize text", "sort rows"),
        ("masquer les numéros de téléphone", "Masks personal data.", "Sorts rows."),
    ],
)
def test_a_paraphrase_is_nearer_than_another_task(need: str, near: str, far: str) -> None:
    asked, right, wrong = HashedEmbedder().embed([need, near, far])

    assert asked @ right > asked @ wrong


def test_the_dimension_is_a_choice() -> None:
    assert HashedEmbedder(64).embed(["a word"]).shape == (1, 64)
