"""Operators as they stand in a class: with parameters and bindings, to be called on datasets in ``forward``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import UserError
from .symbols import Dataset, FittedArtifact

RESERVED = frozenset({"id", "params", "bind", "write", "inputs", "outputs", "artifacts", "resources", "serves", "lock"})
"""Keywords of a step; a parameter of an operator that is called so goes into ``params={...}``."""


class OperatorCall:
    """One operator with its parameters. Called in ``forward`` on one or more datasets it adds a step and gives its result."""

    def __init__(
        self,
        operator: str,
        /,
        *,
        id: str | None = None,
        params: Mapping[str, Any] | None = None,
        bind: Mapping[str, str] | None = None,
        write: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
        artifacts: Mapping[str, str] | None = None,
        resources: Mapping[str, str] | None = None,
        serves: Sequence[str] = (),
        lock: str | None = None,
        **more_params: Any,
    ) -> None:
        self.operator = operator
        self.id = id
        self.params = {**(params or {}), **more_params}
        self.bind = dict(bind or {})
        self.write = dict(write or {})
        self.inputs = None if inputs is None and outputs is None else dict(inputs or {})
        """The names of tables as in YAML; without them (and without ``outputs``) the datasets of the call decide."""
        self.outputs = dict(outputs or {})
        self.artifacts = None if artifacts is None else dict(artifacts)
        """The names of artifacts as in YAML; without them what the call is given decides."""
        self.resources = dict(resources or {})
        self.serves = list(serves)
        self.lock = lock

    def __call__(
        self,
        *tables: Dataset,
        bind: Mapping[str, str] | None = None,
        write: Mapping[str, str] | None = None,
        into: str | Mapping[str, str] | None = None,
        **named: Dataset | FittedArtifact,
    ) -> Dataset:
        """Add this operator as a step on ``tables`` and return the table that it makes.

        ``named`` are tables by the operator's own names for them, and artifacts by their parameter. ``bind`` and ``write``
        add to those of the operator; ``into`` names the table under which the result is put. Raises ``UserError`` outside
        of a trace and for anything that is not a dataset of this trace.
        """
        from .tracing import current_trace

        return current_trace(self.operator).add(self, tables, named, bind or {}, write or {}, into)


class _Maker:
    def __init__(self, operator: str) -> None:
        self._operator = operator

    def __call__(self, **given: Any) -> OperatorCall:
        return OperatorCall(self._operator, **given)


class Operators:
    """Makes operators by name: ``operators.word_count_filter(min=20)``, or ``operators["a name"]()`` for any other name.

    Whether there is such an operator, and whether the parameters fit, is seen when the pipeline is checked.
    """

    def __getattr__(self, name: str) -> _Maker:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Maker(name)

    def __getitem__(self, name: str) -> _Maker:
        return _Maker(name)


operators = Operators()


def refuse_stranger(what: object, where: str) -> UserError:
    """Return the error for something that is no dataset in the place of one."""
    return UserError(
        f"{where} was given {type(what).__name__}, not a dataset.",
        "In `forward`, operators take what other operators gave, and the parameters of `forward`.",
        "Give columns with bind={...} and settings where the operator is made.",
    )
