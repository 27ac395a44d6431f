from dataclasses import replace

import pytest

from corpusmith import operator_library
from corpusmith.engine.registry import Registry
from corpusmith.memory.operator_index.documents import OperatorDocument, documents_of


@pytest.fixture(scope="module")
def library() -> Registry:
    registry = Registry()
    registry.add_package(operator_library)
    return registry


@pytest.fixture(scope="module")
def documents(library: Registry) -> dict[str, OperatorDocument]:
    return {document.name: document for document in documents_of(library)}


def test_what_many_operators_say_of_a_parameter_is_left_out(documents: dict[str, OperatorDocument]) -> None:
    assert [name for name, document in documents.items() if "The role in the configuration" in document.text] == []
    assert "target language: The language to translate into" in documents["prompted_translation"].text


def test_the_parameters_of_one_operator_alone_are_never_in_common(library: Registry) -> None:
    alone = documents_of([library.get("prompted_translation")])

    assert "The role in the configuration" in alone[0].text


def test_a_filter_is_said_to_have_the_parameters_of_its_measure(documents: dict[str, OperatorDocument]) -> None:
    assert "terms:" in documents["banned_term_count"].text
    assert "terms:" in documents["banned_term_count_filter"].text


def test_only_what_generates_is_said_to_write_text(documents: dict[str, OperatorDocument]) -> None:
    writing = {name for name, document in documents.items() if "write or create new text" in document.text}

    assert {"prompted_generation", "prompted_items", "prompted_translation"} <= writing
    assert not writing & {"text_embedding", "similar_rows", "structured_extraction", "word_count"}


def test_what_an_operator_needs_is_kept_to_filter_by(library: Registry) -> None:
    made = documents_of([library.get("word_count"), replace(library.get("change_case"), needs=("llm", "regex"))])

    assert {document.name: document.needs_flags() for document in made} == {
        "word_count": set(),
        "change_case": {"needs_llm", "needs_regex"},
    }
