"""Answers for operators that ask a model, so that their examples and hostile cells run without one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import pytest

from corpusmith.engine.context import EMBEDDING, LLM
from corpusmith.engine.gateway.endpoint.wire import ChatRequest
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.operator import Operator

Services: TypeAlias = dict[str, Any]


class Said(NamedTuple):
    """What a model says when the last message holds ``to``: one answer, or one per sample."""

    to: str
    answers: tuple[Any, ...]


def judgement(verdict: str, reason: str) -> dict[str, str]:
    return {"reason": reason, "verdict": verdict}


ANSWERS: dict[str, tuple[Said, ...]] = {
    "prompted_judgement": (
        Said("Boil the egg", (judgement("yes", "It says how long to boil an egg."),)),
        Said("", (judgement("no", "It is praise without any step."),)),
    ),
    "prompted_filter": (
        Said("Boil the egg", (judgement("yes", "It says how long to boil an egg."),)),
        Said("", (judgement("no", "It is praise without any step."),)),
    ),
    "prompted_rubric": (
        Said(
            "",
            (
                {
                    "can_judge": True,
                    "scores": {
                        "clarity": {"reason": "One plain sentence.", "score": 5},
                        "depth": {"reason": "It states a fact and no cause.", "score": 2},
                    },
                },
            ),
        ),
    ),
    "prompted_generation": (Said("", ("At what temperature does water boil at sea level?",)),),
    "prompted_variants": (
        Said("", ("I roar without a throat. What am I?", "Ships cross me, yet I have no road. What am I?")),
    ),
    "prompted_items": (
        Said(
            "",
            (
                {
                    "items": [
                        "At what temperature does water boil at sea level?",
                        "At what temperature does water boil at 3,000 metres?",
                    ]
                },
            ),
        ),
    ),
    "prompted_refinement": (
        Said("", ({"done": True, "reason": "", "text": "Hello, the file is broken. Could you please fix it?"},)),
    ),
    "prompted_translation": (Said("", ({"same_text": False, "translation": "La bibliothèque ouvre à neuf heures."},)),),
    "structured_extraction": (Said("", ({"name": "Nora Lindqvist", "age": 41, "salary": None},)),),
    "prompted_label": (Said("The match", ("sport",)), Said("", ("none of these",))),
    "prompted_labels": (Said("", ({"labels": ["politics", "sport"]},)),),
    "pairwise_preference": (
        Said("text_b>\nAir", ({"reason": "Only one of them names scattering.", "better": "B"},)),
        Said("", ({"reason": "It names scattering.", "better": "A"},)),
    ),
    "self_consistent_answer": (
        Said(
            "",
            tuple({"reasoning": "12 - 5", "answer": answer} for answer in ("7", "7.", "17", " 7")),
        ),
    ),
}
VECTORS = {"a cat": [1.0, 0.0]}


def answering(said: tuple[Said, ...]) -> Callable[[ChatRequest], str]:
    """Answers each request by its last message; a sample by how far its seed is from the first."""
    first: list[int] = []

    def answer(request: ChatRequest) -> str:
        first.append(request.seed or 0)
        answers = next(one.answers for one in said if one.to in request.messages[-1]["content"])
        chosen = answers[((request.seed or 0) - first[0]) % len(answers)]
        return chosen if isinstance(chosen, str) else json.dumps(chosen)

    return answer


@pytest.fixture
def services_of() -> Callable[[Operator], Services]:
    """Gives what a run must offer for an operator: scripted models where it needs any."""

    def services(operator: Operator) -> Services:
        if not {LLM, EMBEDDING}.intersection(operator.needs):
            return {}
        models = ScriptedModels(
            answering(ANSWERS.get(operator.name, ())), lambda text: VECTORS.get(text, [float(len(text) % 7), 1.0])
        )
        return dict.fromkeys(operator.needs, models)

    return services
