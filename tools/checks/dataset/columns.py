"""Which columns the output has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field, model_validator

from ..measurability import NO_ROWS
from ..memory_output import MemoryOutput, output_of
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..view import Output
from ..wording import columns_named, quoted


class ColumnsParams(CheckParams):
    """Columns that must be there, that must not be there, or exactly those that there are, in their order."""

    required: list[str] = Field(default_factory=list)
    absent: list[str] = Field(default_factory=list)
    exact: list[str] | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> ColumnsParams:
        if not self.required and not self.absent and not self.exact:
            raise ValueError("name at least one column")
        torn = set(self.required) & set(self.absent)
        torn |= set(self.exact or ()) & set(self.absent)
        torn |= set(self.required) - set(self.exact) if self.exact else set()
        if torn:
            raise ValueError(f"{columns_named(sorted(torn))} cannot be both there and not there")
        if self.exact and len(set(self.exact)) < len(self.exact):
            raise ValueError("a column is named twice in `exact`")
        return self


class ColumnsCheck(CheckTemplate[ColumnsParams]):
    """The output has the required columns and none of the absent ones, or exactly the given ones in their order."""

    name = "columns"
    summary = "Which columns there are."
    Params = ColumnsParams

    def describe(self, params: ColumnsParams) -> str:
        parts = [f"exactly the {columns_named(params.exact)}, in this order"] if params.exact else []
        parts += [f"the {columns_named(params.required)}"] if params.required else []
        parts += [f"no {columns_named(params.absent)}"] if params.absent else []
        return f"The output has {' and '.join(parts)}."

    def measure(self, output: Output, params: ColumnsParams) -> Measurement:
        names = output.rows.schema.names
        if not names:
            return NO_ROWS
        missing = [name for name in params.required if name not in names]
        left = [name for name in params.absent if name in names]
        problems = [f"{columns_named(missing)} missing"] if missing else []
        problems += [f"{columns_named(left)} still there"] if left else []
        if params.exact is not None and list(names) != params.exact:
            problems.append(f"the columns are {quoted(names)}")
        if problems:
            return Measurement("failed", "; ".join(problems))
        return Measurement("passed", f"the columns are {quoted(names)}") if output.rows.num_rows else NO_ROWS

    def conforming(self, params: ColumnsParams) -> MemoryOutput:
        return _output(_needed(params))

    def mutants(self, params: ColumnsParams) -> Iterator[Output]:
        needed = _needed(params)
        for name in [*params.required, *(params.exact or ())]:
            yield _output([other for other in needed if other != name] or ["something else"])
        yield from (_output([*needed, name]) for name in params.absent)
        if params.exact:
            yield _output([*needed, "".join(needed) + "_more"])
        if params.exact and len(params.exact) > 1:
            yield _output(needed[::-1])

    def remedies(self, params: ColumnsParams, means: Means) -> Sequence[Remedy]:
        if params.exact:
            return (Remedy("select_columns", {"columns": params.exact}, how="edit"),)
        return (Remedy("drop_columns", {"columns": params.absent}, how="edit"),) if params.absent else ()


def _needed(params: ColumnsParams) -> list[str]:
    return list(params.exact or params.required or ["".join(params.absent) + "_other"])


def _output(names: Sequence[str]) -> MemoryOutput:
    return output_of({name: ["a", "b"] for name in names})
