"""Floors on labelled sentences; they run where the data is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpusmith.operator_library.text.personal_data.detection import PersonalDataKind, find_personal_data

KINDS: dict[str, PersonalDataKind] = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IP_ADDRESS": "ip",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
}
FLOORS = {"email": 1.0, "iban": 1.0, "ssn": 1.0, "ip": 1.0, "card": 0.95, "phone": 0.8}


@pytest.fixture(scope="module")
def sentences(eval_data: Path) -> list[dict[str, Any]]:
    files = sorted((eval_data / "pii").glob("*.json"))
    return [sentence for path in files for sentence in json.loads(path.read_text("utf-8"))]


def _labels(sentence: dict[str, Any]) -> list[tuple[int, int, str]]:
    spans = [span for span in sentence["spans"] if span["entity_type"] in KINDS]
    return [(span["start_position"], span["end_position"], KINDS[span["entity_type"]]) for span in spans]


def _overlap(first: tuple[int, int, str], second: tuple[int, int, str]) -> bool:
    return first[2] == second[2] and first[0] < second[1] and second[0] < first[1]


def test_the_recall_of_each_kind_holds_its_floor(sentences: list[dict[str, Any]]) -> None:
    found, labelled = Counter[str](), Counter[str]()
    for sentence in sentences:
        finds = find_personal_data(sentence["full_text"])
        for label in _labels(sentence):
            labelled[label[2]] += 1
            found[label[2]] += any(_overlap(label, find) for find in finds)
    assert set(labelled) == set(FLOORS)
    assert {kind for kind, floor in FLOORS.items() if found[kind] < floor * labelled[kind]} == set()


def test_the_precision_of_each_kind_holds_its_floor(sentences: list[dict[str, Any]]) -> None:
    right, all_finds = Counter[str](), Counter[str]()
    for sentence in sentences:
        labels = _labels(sentence)
        for find in find_personal_data(sentence["full_text"]):
            all_finds[find.kind] += 1
            right[find.kind] += any(_overlap(label, find) for label in labels)
    assert {kind for kind in FLOORS if right[kind] < 0.7 * all_finds[kind]} == set()
