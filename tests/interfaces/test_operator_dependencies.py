"""What the catalogue says of services, prompts, artifacts and resources."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith import operator_library
from corpusmith.engine.registry import Registry
from corpusmith.interfaces.rendering.operator_dependencies import dependencies_of
from corpusmith.interfaces.rendering.operator_pages import index_page, operator_page


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = Registry()
    made.add_package(operator_library)
    return made


@pytest.mark.parametrize(
    ("name", "trait", "words"),
    [
        ("prompted_rubric", "needs", "`llm`, a language model in the role `judge`"),
        ("text_embedding", "needs", "`embedding`, an embedding model in the role `embedding`"),
        ("word_count", "needs", "nothing"),
        ("prompted_rubric", "prompt", "`rubric`, version 1"),
        ("similar_rows", "prompt", ""),
        ("fit_ngram_model", "makes artifact", "`model`"),
        ("ngram_perplexity", "uses artifact", "`model` of `fit_ngram_model`"),
        ("ngram_perplexity_filter", "uses artifact", "`model` of `fit_ngram_model`"),
        ("prompted_rubric", "resources", "`prompt_file`"),
        ("word_count", "resources", ""),
    ],
)
def test_what_an_operator_depends_on_is_said(registry: Registry, name: str, trait: str, words: str) -> None:
    assert dependencies_of(registry.get(name))[trait] == words


def test_every_operator_that_asks_a_language_model_shows_its_prompt(registry: Registry) -> None:
    assert [op.name for op in registry if "llm" in op.needs and not dependencies_of(op)["prompt"]] == []


def test_the_step_of_an_operator_with_an_artifact_comes_after_the_one_that_makes_it(registry: Registry) -> None:
    page = operator_page(registry.get("ngram_perplexity"))

    assert page.index("operator: fit_ngram_model") < page.index("operator: ngram_perplexity")
    assert "`model` is fitted by `fit_ngram_model` on:" in page
    assert "the dog sat on the rug" in page


def test_a_parameter_that_names_a_file_and_one_of_several_fields_say_so(registry: Registry) -> None:
    page = operator_page(registry.get("structured_extraction"))

    assert "| `prompt_file` | path or null |" in page
    assert "map of text to object (type: " in page


def test_the_index_says_which_operators_need_a_model(registry: Registry) -> None:
    lines = {line.split("`")[1]: line for line in index_page(list(registry)).splitlines() if line.startswith("| [`")}

    assert "| llm |" in lines["prompted_label"]
    assert "|  |" in lines["word_count"]


def test_showing_an_operator_names_its_services_and_what_it_was_fitted_on(corpusmith: Any) -> None:
    judge = corpusmith("operators", "show", "prompted_judgement").out
    perplexity = corpusmith("operators", "show", "ngram_perplexity").out

    assert "a language model in the role judge" in " ".join(judge.split())
    assert "Example: what model is fitted on" in perplexity
    assert corpusmith("operators", "show", "ngram_perplexity", "--json").json()["artifacts_in"] == ["model"]
