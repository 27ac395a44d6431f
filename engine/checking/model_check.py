"""Whether a run has the models and the other services that the steps of a pipeline need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..context import EMBEDDING, LLM, SERVICES
from ..errors import UserError
from ..models import DEFAULT_ROLE, EMBEDDING_ROLE
from ..operator import Operator
from ..pipeline import Pipeline, Step
from ..registry import Registry
from .problem import Problem

_DEFAULT_ROLES = {LLM: DEFAULT_ROLE, EMBEDDING: EMBEDDING_ROLE}
_HOW_TO = {
    LLM: "Set CORPUSMITH_MODEL and CORPUSMITH_BASE_URL, or `model` under [models.default] in corpusmith.toml.",
    EMBEDDING: "Set CORPUSMITH_EMBEDDING_MODEL, or `model` under [models.embedding] in corpusmith.toml.",
}
_WORDS = {LLM: "a model", EMBEDDING: "an embedding model"}


def role_of(step: Step, operator: Operator, need: str) -> str:
    """Return the role under which a step asks the models that it needs: its parameter ``role``, or the default one."""
    declared = operator.params.model_fields.get("role")
    role = step.params.get("role", declared.default if declared is not None else None)
    return role if isinstance(role, str) else _DEFAULT_ROLES[need]


def identities_of(step: Step, operator: Operator, services: Mapping[str, Any]) -> dict[str, str]:
    """Return what answers a step, by what it needs; raises ``UserError`` for a role without a model."""
    asked = [need for need in operator.needs if need in _DEFAULT_ROLES and need in services]
    return {need: services[need].identity(role_of(step, operator, need)) for need in asked}


def service_problems(pipeline: Pipeline, registry: Registry, services: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each step that lacks a service, and for each role that another model would answer."""
    for step in pipeline.steps:
        if step.operator not in registry:
            continue
        operator = registry.get(step.operator)
        for need in operator.needs:
            if need in SERVICES and need not in services:
                words, how_to = _WORDS.get(need, need), _HOW_TO.get(need, f"Configure {need}, or leave the step out.")
                yield Problem(step.id, f"`{step.operator}` needs {words}, and none is configured. {how_to}")
        try:
            identities_of(step, operator, services)
        except UserError as error:
            yield Problem(step.id, str(error))
    yield from _wrong_models(pipeline, services)


def _wrong_models(pipeline: Pipeline, services: Mapping[str, Any]) -> Iterator[Problem]:
    for role, model in pipeline.models.items():
        service = services.get(EMBEDDING if role == EMBEDDING_ROLE else LLM)
        if service is None:
            continue
        try:
            answering = model_name(service.identity(role))
        except UserError as error:
            yield Problem(None, str(error))
            continue
        if answering != model:
            yield Problem(
                None,
                f"the pipeline asks for the model `{model}` as `{role}`, and `{answering}` would answer. "
                f"Configure `{model}` for that role, or change `models` in the pipeline.",
            )


def model_name(identity: str) -> str:
    """Return the name of the model in what ``Models.identity`` gave: the part before its sampling."""
    return identity.partition(" {")[0]
