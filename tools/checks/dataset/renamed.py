"""A column has a new name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import model_validator

from ..faithfulness import changes
from ..measurability import NO_ROWS
from ..memory_output import MemoryOutput
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..view import Output
from ..wording import counted

_VALUES = ["a", "b", "c"]


class RenamedParams(CheckParams):
    """The names; ``edited`` when another criterion asks for the column's values to change, which are then not compared."""

    old: str
    new: str
    edited: bool = False

    @model_validator(mode="after")
    def _differ(self) -> RenamedParams:
        if self.old == self.new:
            raise ValueError("the old name and the new one are the same")
        return self


class Renamed(CheckTemplate[RenamedParams]):
    """The new column is there, the old one is not, and the values are those of the input's old column."""

    name = "renamed"
    summary = "A column has a new name."
    Params = RenamedParams

    def describe(self, params: RenamedParams) -> str:
        return f"The column `{params.old}` is called `{params.new}`."

    def measure(self, output: Output, params: RenamedParams) -> Measurement:
        names = output.rows.schema.names
        if not names:
            return NO_ROWS
        if params.new not in names:
            return Measurement("failed", f"there is no column `{params.new}`")
        if params.old in names:
            return Measurement("failed", f"the column `{params.old}` is still there")
        if params.old not in output.source.schema.names:
            return Measurement("unverified", f"the input has no column `{params.old}`")
        if not output.rows.num_rows:
            return NO_ROWS
        return self._values(output, params)

    def _values(self, output: Output, params: RenamedParams) -> Measurement:
        if params.edited:
            return Measurement("passed", f"`{params.new}` is there and `{params.old}` is not")
        found, rows = changes(output, {params.new: params.old}), counted(output.rows.num_rows, "row")
        if not found.by_column:
            return Measurement("passed", f"`{params.new}` holds the values of `{params.old}` in all {rows}")
        evidence = f"other values than those of `{params.old}` in {found.by_column[params.new]:,} of {rows}"
        return Measurement("failed", f"{evidence}; e.g. {found.failing[0]}", found.failing)

    def conforming(self, params: RenamedParams) -> MemoryOutput:
        return _output(params, {params.new: _VALUES})

    def mutants(self, params: RenamedParams) -> Iterator[Output]:
        yield _output(params, {params.old: _VALUES})
        yield _output(params, {params.old: _VALUES, params.new: _VALUES})
        yield _output(params, {f"{params.old} and {params.new}": _VALUES})
        if not params.edited:
            yield _output(params, {params.new: ["a", "c", "b"]})
            yield _output(params, {params.new: [None, None, None]})

    def columns(self, params: RenamedParams) -> Sequence[str]:
        return (params.new,)

    def remedies(self, params: RenamedParams, means: Means) -> Sequence[Remedy]:
        return (Remedy("rename_columns", {"mapping": {params.old: params.new}}, how="edit"),)


def _output(params: RenamedParams, columns: dict[str, Sequence[str | None]]) -> MemoryOutput:
    return MemoryOutput({"train": columns}, source={params.old: _VALUES}, origins=[(0,), (1,), (2,)])
