"""What ``forward`` computes with: symbols that stand for tables and artifacts, and hold no rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import UserError
from ..pipeline import DEFAULT_TABLE

if TYPE_CHECKING:
    from .tracing import TracedStep

_NO_ROWS = "`forward` runs once, before any row is read, to see how the operators are connected."


class Dataset:
    """A table at one point of a pipeline. It may be handed to operators and returned; its rows cannot be looked at."""

    def __init__(self, made_by: TracedStep | None, part: str, source: str = "") -> None:
        self._made_by = made_by
        self._part = part
        self._source = source

    @property
    def made_by(self) -> TracedStep | None:
        """The step that makes this table; ``None`` for a source."""
        return self._made_by

    @property
    def part(self) -> str:
        """The operator's own name for this table, ``rows`` for most."""
        return self._part

    @property
    def source(self) -> str:
        """The name of the source; empty for what a step makes."""
        return self._source

    def table(self, name: str) -> Dataset:
        """Return another table of the same step, such as the second output of an operator that gives two."""
        if self._made_by is None:
            raise UserError(f"The source `{self._source}` has no table `{name}`.", "It is a table itself.")
        return self._made_by.part(name)

    def artifact(self, name: str) -> FittedArtifact:
        """Return what the step fitted under ``name``, to be handed to an operator that uses it."""
        if self._made_by is None:
            raise UserError(f"The source `{self._source}` has no artifact `{name}`.", "Only steps fit artifacts.")
        return self._made_by.artifact(name)

    def __iter__(self) -> Iterator[Dataset]:
        """Unpack the tables of an operator that gives several."""
        if self._made_by is not None and len(self._made_by.tables_out) > 1:
            return iter([self._made_by.part(name) for name in self._made_by.tables_out])
        raise _refusal("be iterated over", "Give the rows to an operator; it sees each of them.")

    def __bool__(self) -> bool:
        raise _refusal("decide an `if` or a `while`", "Filter with an operator, or decide before the pipeline is made.")

    def __len__(self) -> int:
        raise _refusal("be counted", "Bound the number of rows with an operator such as `first_rows`.")

    def __contains__(self, value: object) -> bool:
        raise _refusal("be searched", "Filter with an operator.")

    def __getitem__(self, key: Any) -> Any:
        raise _refusal("be indexed", "Bind the column with `bind={...}` where the operator is made.")

    def _compared(self, other: object) -> NoReturn:
        raise _refusal("be compared", "Filter with an operator.")

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def __repr__(self) -> str:
        if self._made_by is None:
            return f"<Dataset: source {self._source}>"
        part = "" if self._part == DEFAULT_TABLE else f", table {self._part}"
        return f"<Dataset: made by {self._made_by.id}{part}>"


class FittedArtifact:
    """What a step fitted, on its way to the operators that use it."""

    def __init__(self, made_by: TracedStep, name: str) -> None:
        self.made_by = made_by
        self.name = name


def _refusal(what: str, fix: str) -> UserError:
    return UserError(f"A dataset cannot {what} in `forward`.", _NO_ROWS, fix)
