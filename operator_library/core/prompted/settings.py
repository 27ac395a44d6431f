"""The parameters that operators over models have in common."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from ....engine.columns import ResourcePath
from ....engine.prompts import syntax_problem


def _renderable(source: str) -> str:
    problem = syntax_problem(source)
    if problem is not None:
        raise ValueError(f"is no jinja2 template: {problem}")
    return source


ModelRole: TypeAlias = Annotated[str, Field(description="The role in the configuration whose model is asked.")]
PromptText: TypeAlias = Annotated[str, AfterValidator(_renderable)]
PromptFile: TypeAlias = Annotated[
    ResourcePath | None, Field(description="A template file (YAML) to use in the place of the operator's own.")
]
Temperature: TypeAlias = Annotated[
    float | None, Field(description="Sampling temperature; what the model's configuration says when null.", ge=0, le=2)
]
SamplingTemperature: TypeAlias = Annotated[
    float, Field(description="Sampling temperature; samples at 0 would all be the same answer.", gt=0, le=2)
]
MaxTokens: TypeAlias = Annotated[int | None, Field(description="Longest answer, in tokens.", ge=1)]
MaxCharacters: TypeAlias = Annotated[
    int, Field(description="How many characters of a value are shown; the prompt says so where one was cut.", ge=1)
]
WholeText: TypeAlias = Annotated[
    int, Field(description="Longest text that is sent; a longer one is quarantined, never worked on in part.", ge=1)
]
