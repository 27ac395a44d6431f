"""What an operator uses beyond its rows and parameters: services, packages, artifacts, resources and prompts, in words."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from ...engine.context import DATABASE, EMBEDDING, LLM, SANDBOX
from ...engine.derive import declared_subject
from ...engine.operator import Operator
from ...engine.prompts import PromptTemplate
from ...engine.resources import resource_parameters

_MODELS = {LLM: "a language model", EMBEDDING: "an embedding model"}
_OTHER_SERVICES = {SANDBOX: "a sandbox", DATABASE: "a database"}


def dependencies_of(operator: Operator) -> dict[str, str]:
    """Return by trait what a run must offer; a trait that says nothing is empty text, except for ``needs``."""
    return {
        "needs": "; ".join(_need(operator, need) for need in operator.needs) or "nothing",
        "prompt": ", ".join(f"`{prompt.name}`, version {prompt.version}" for prompt in _prompts_of(operator)),
        "uses artifact": ", ".join(_used(operator, name) for name in operator.artifacts_in),
        "makes artifact": ", ".join(f"`{name}`" for name in operator.artifacts_out),
        "resources": ", ".join(f"`{name}`" for name in resource_parameters(operator.params)),
    }


def _need(operator: Operator, need: str) -> str:
    if need in _MODELS:
        role = operator.params.model_fields.get("role")
        return f"`{need}`, {_MODELS[need]}" + (f" in the role `{role.default}`" if role is not None else "")
    return f"`{need}`, {_OTHER_SERVICES.get(need, 'a Python package')}"


def _used(operator: Operator, name: str) -> str:
    fitted = operator.example.artifacts.get(name)
    return f"`{name}` of `{fitted.operator}`" if fitted else f"`{name}`"


def _prompts_of(operator: Operator) -> list[PromptTemplate]:
    """The templates that the operator's module names by their paths."""
    module = sys.modules.get(inspect.unwrap(declared_subject(operator)).__module__)
    paths = [value for value in vars(module).values() if isinstance(value, Path)] if module else []
    return [PromptTemplate.from_file(path) for path in paths if path.parent.name == "prompts"]
