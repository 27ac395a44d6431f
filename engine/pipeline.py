"""A ``Pipeline`` is data: steps, bindings, seeds and outputs. Its YAML form is also the lock.

Steps run in order over named tables. A step reads the current state of a table and puts its result under a name, by
default the same one (``rows``), so that a plain chain needs no names at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import to_jsonable_python

from .errors import UserError, did_you_mean
from .identity import lock_of
from .registry import Registry
from .resources import resource_hashes
from .writing.dataset_format import MAX_SHARD_BYTES, DatasetFormat

DEFAULT_TABLE = "rows"


class _PlainLoader(yaml.SafeLoader):
    """YAML with ``true`` and ``false`` as its only booleans, so that ``no`` stays Norwegian and ``on`` a name.

    A date stays the text that it was written as, as it would in JSON.
    """


def _is_kept(tag: str, letter: str) -> bool:
    return tag != "tag:yaml.org,2002:timestamp" and (tag != "tag:yaml.org,2002:bool" or letter in "tTfF")


_PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if _is_kept(tag, letter)]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _WholeTextDumper(yaml.SafeDumper):
    """Writes the rarer line breaks of Unicode as escapes; PyYAML would fold them into a space when read back."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        rare = any(character in text for character in "\x85\u2028\u2029")
        return self.represent_scalar("tag:yaml.org,2002:str", text, style='"' if rare else None)


_WholeTextDumper.add_representer(str, _WholeTextDumper.represent_text)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """One operator at its place: parameters, bindings and tables."""

    id: str = Field(min_length=1)
    operator: str = Field(min_length=1)
    params: dict[str, Any] = {}
    bind: dict[str, str] = {}
    """From the operator's column to the table's; a path such as ``messages[].content`` reaches into nested data."""
    write: dict[str, str] = {}
    """From the column that the operator writes to the name it gets in the table."""
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    artifacts: dict[str, str] = {}
    """From the operator's name of an artifact, made or used, to its name in the pipeline; the same name by default."""
    resources: dict[str, str] = {}
    """From a parameter that names a file or folder to the SHA-256 of its content, filled in when the pipeline is locked."""
    serves: list[str] = []
    """The criteria of the contract that this step is there for."""
    lock: str | None = None
    """``name@version+hash`` of the operator, filled in when the pipeline is locked."""

    def input_table(self, name: str = DEFAULT_TABLE) -> str:
        """Return the pipeline's table that is read as the operator's table ``name``."""
        return self.inputs.get(name, DEFAULT_TABLE if name == DEFAULT_TABLE else name)

    def output_table(self, name: str = DEFAULT_TABLE) -> str:
        """Return the pipeline's table under which the operator's table ``name`` is put."""
        fallback = self.input_table() if name == DEFAULT_TABLE and DEFAULT_TABLE in self.inputs else name
        return self.outputs.get(name, fallback)


class OutputTable(_Strict):
    """A table that is written at the end, its format, and the column whose values are the splits."""

    table: str = DEFAULT_TABLE
    format: DatasetFormat = "parquet"
    max_shard_bytes: ByteSize = ByteSize(MAX_SHARD_BYTES)
    """The size of its rows at which a shard ends; ``500MB`` and the like are understood."""
    split_column: str | None = None
    splits: list[str] = []


class TopUp(_Strict):
    """Repeats a segment of the pipeline until enough rows pass.

    ``steps`` names steps that follow each other. A top-up of n rounds gives what the segment gives for n copies of the
    rows that go into it, each copy with its round in its identities and its seeds; the rows beyond ``until`` are dropped.
    """

    steps: list[str] = Field(min_length=1)
    table: str = DEFAULT_TABLE
    until: int = Field(ge=1)
    max_rounds: int = Field(default=10, ge=1, le=1000)

    @property
    def surplus_step(self) -> str:
        """The identity under which the ledger and the drop log hold the rows beyond ``until``."""
        return f"{self.steps[-1]}.top_up"


class Pipeline(_Strict):
    """Steps from sources to outputs. Two pipelines with the same hash give the same rows from the same input.

    Resources are named relative to ``folder``, where the pipeline's file lies; it is not part of what a pipeline says.
    """

    version: Literal[1] = 1
    name: str = "pipeline"
    seed: int = 0
    models: dict[str, str] = {}
    """The model that must answer for a role; a role that is not named takes what the configuration says."""
    sources: list[str] = [DEFAULT_TABLE]
    """By default ``rows``, or none where the pipeline brings rows of its own."""
    inline: dict[str, list[dict[str, Any]]] = {}
    """The rows of sources that need no file, such as seeds and topics."""
    steps: list[Step] = []
    top_ups: list[TopUp] = []
    outputs: list[OutputTable] = [OutputTable()]
    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="before")
    @classmethod
    def _without_default_source(cls, content: Any) -> Any:
        if isinstance(content, dict) and content.get("inline") and "sources" not in content:
            return {**content, "sources": []}
        return content

    @field_validator("inline", mode="after")
    @classmethod
    def _as_json(cls, inline: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        """The rows as the YAML form gives them back."""
        plain: dict[str, list[dict[str, Any]]] = to_jsonable_python(inline)
        return plain

    def __eq__(self, other: object) -> bool:
        """Two pipelines that say the same are equal, wherever they were read from."""
        return isinstance(other, Pipeline) and self.model_dump() == other.model_dump()

    __hash__ = None  # type: ignore[assignment]

    @property
    def folder(self) -> Path:
        """The folder from which relative paths of resources count: that of the pipeline's file, or the current one."""
        return self._folder

    def in_folder(self, folder: Path) -> Pipeline:
        """Return this pipeline with the resources that it names looked for in ``folder``."""
        moved = self.model_copy()
        moved._folder = folder
        return moved

    @property
    def given_sources(self) -> list[str]:
        """The sources that need data from outside."""
        return [name for name in self.sources if name not in self.inline]

    @property
    def hash(self) -> str:
        """The SHA-256 of what decides the result: everything but the name and what the steps are there for."""
        content = self.model_dump(mode="json", exclude={"name": True, "steps": {"__all__": {"serves"}}})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def locked(self, registry: Registry) -> Pipeline:
        """Return this pipeline with every operator and every resource resolved to what it is now.

        Raises ``UserError`` for an operator or a resource that is not there.
        """
        return self.model_copy(update={"steps": [locked_step(step, registry, self.folder) for step in self.steps]})

    def to_yaml(self) -> str:
        """Return the YAML form, without the fields that say nothing."""
        content = self.model_dump(mode="json")
        content["steps"] = [{key: value for key, value in step.items() if value} for step in content["steps"]]
        content["outputs"] = [
            {key: value for key, value in output.items() if value is not None and value != []}
            for output in content["outputs"]
        ]
        for name in ("models", "inline", "top_ups"):
            if not content[name]:
                del content[name]
        return str(yaml.dump(content, Dumper=_WholeTextDumper, sort_keys=False, allow_unicode=True, width=120))

    def to_python(self, registry: Registry | None = None) -> str:
        """Return the source of the class form; traced with the same ``registry`` it has this pipeline's hash."""
        from .modules import to_python

        return to_python(self, registry)

    @classmethod
    def from_yaml(cls, text: str, origin: str = "the pipeline") -> Pipeline:
        """Return the pipeline that ``text`` describes; raises ``UserError`` naming every field that is wrong."""
        try:
            content = yaml.load(text, _PlainLoader)
        except yaml.YAMLError as error:
            raise UserError(f"{origin} is not YAML.", " ".join(str(error).split())) from error
        if not isinstance(content, dict):
            raise UserError(f"{origin} holds no pipeline.", fix="A pipeline is a mapping with `steps`.")
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise UserError(
                f"{origin} is not a valid pipeline.", explain_validation(error, of_pipeline=True)
            ) from error

    @classmethod
    def from_file(cls, path: Path) -> Pipeline:
        """Return the pipeline in a YAML file; raises ``UserError`` when there is none."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"Cannot read the pipeline {path}.", str(error)) from error
        return cls.from_yaml(text, str(path)).in_folder(path.parent)


def locked_step(step: Step, registry: Registry, folder: Path) -> Step:
    """Return a step with its operator and its resources, looked for in ``folder``, resolved to what they are now.

    Raises ``UserError`` for an operator or a resource that is not there.
    """
    operator = registry.get(step.operator)
    resources = resource_hashes(operator, step.params, folder)
    return step.model_copy(update={"lock": lock_of(operator), "resources": resources})


def explain_validation(error: ValidationError, *, of_pipeline: bool = False) -> str:
    """Return a pydantic error as one line: each field with what is wrong with it, one unknown to a pipeline with the nearest."""
    return "; ".join(
        f"`{'.'.join(str(part) for part in problem['loc']) or 'value'}`: {_explained(problem) if of_pipeline else problem['msg']}"
        for problem in error.errors()
    )


def _explained(problem: Mapping[str, Any]) -> str:
    inside: dict[Any, type[_Strict]] = {"steps": Step, "outputs": OutputTable, "top_ups": TopUp}
    first, *more = problem["loc"] or [""]
    place = inside.get(first) if more else Pipeline
    if problem["type"] != "extra_forbidden" or place is None:
        return str(problem["msg"])
    return f"there is no such field. {did_you_mean(str(problem['loc'][-1]), place.model_fields)}"
