"""Code that nobody has read, as data: its source, and what it declares, learnt behind the wall and never by importing it."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from ..columns import Columns
from ..errors import UserError
from ..operator import Example, FrameType, Kind, Operator, Params, Phase, Rows

_NAME = r"[a-z][a-z0-9_]{0,63}"


class Declaration(BaseModel):
    """What an operator's source declares, as the worker read it. Nothing in it is executed here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=f"^{_NAME}$")
    kind: Kind
    rows: Rows
    form: str = Field(pattern="^(value|frame)$")
    phase: str
    summary: str = Field(max_length=500)
    description: str = Field(max_length=20_000)
    reads: Columns
    writes: Columns
    whole_frame: bool
    frame_type: FrameType | None
    nullable: list[str]
    deterministic: bool
    version: str = Field(max_length=50)
    example: Example
    parameters: dict[str, Any]
    """The JSON schema of the parameters."""

    @classmethod
    def of(cls, operator: Operator) -> Declaration:
        """Return the declaration of an operator; raises ``UserError`` for one that cannot run behind a wall."""
        if (
            operator.form == "dataset"
            or operator.needs
            or operator.artifacts_in
            or operator.schema_rule
            or operator.is_async
        ):
            raise UserError(
                f"`{operator.name}` cannot run in the sandbox.",
                "Only row-local operators that need nothing of the run can.",
            )
        taken = ("name", "kind", "rows", "form", "summary", "description", "whole_frame", "frame_type", "version")
        return cls(
            **{field: getattr(operator, field) for field in (*taken, "reads", "writes", "deterministic", "example")},
            phase=operator.phase.name,
            nullable=sorted(operator.nullable),
            parameters=operator.params.model_json_schema(),
        )


class UnreadCode(BaseModel):
    """The source of an operator that nobody has read, with its declaration. Its place among operators is ``operator()``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    declaration: Declaration

    @property
    def hash(self) -> str:
        """The SHA-256 of the source and of what was learnt from it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def operator(self) -> Operator:
        """Return the operator that the engine runs behind a wall; its ``implementation`` is this code, and is no function."""
        told = self.declaration
        return Operator(
            name=told.name,
            kind=told.kind,
            rows=told.rows,
            form="frame" if told.form == "frame" else "value",
            phase=Phase[told.phase],
            domain="synthesized",
            summary=told.summary,
            description=told.description,
            reads=told.reads,
            writes=told.writes,
            params=_params_of(told),
            implementation=self,
            example=told.example,
            needs=("sandbox",),
            deterministic=told.deterministic,
            version=told.version,
            nullable=frozenset(told.nullable),
            frame_type=told.frame_type,
            whole_frame=told.whole_frame,
            source="synthesized",
        )


def _params_of(told: Declaration) -> type[Params]:
    """Parameters that hold to the declared JSON schema; their values stay plain JSON."""
    required = set(told.parameters.get("required", ()))
    fields: dict[str, Any] = {
        name: (Any, Field(... if name in required else rule.get("default"), description=rule.get("description")))
        for name, rule in told.parameters.get("properties", {}).items()
    }

    def fit(self: Any) -> Any:
        import jsonschema

        given = {name: getattr(self, name) for name in self.model_fields_set}
        try:
            jsonschema.validate(given, told.parameters)
        except jsonschema.ValidationError as error:
            raise ValueError(f"`{'.'.join(str(part) for part in error.path)}`: {error.message}") from None
        return self

    validators: dict[str, Any] = {"fit": model_validator(mode="after")(fit)}
    return create_model(f"{told.name}_params", __base__=Params, __validators__=validators, **fields)
