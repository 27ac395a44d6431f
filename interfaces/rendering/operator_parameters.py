"""An operator's parameters in words: type, default, range and meaning, read from its pydantic model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ...engine.columns import ColumnMarker, ResourceMarker
from ...engine.operator import Operator

_NAMES: dict[Any, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    Any: "any value",
    type(None): "null",
}
_MARKS: dict[type, str] = {ColumnMarker: "column name", ResourceMarker: "path"}
_BOUNDS = (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"), ("multiple_of", "a multiple of"))
_LENGTHS = (("min_length", ">="), ("max_length", "<="))


class Parameter(NamedTuple):
    """One parameter; ``default`` is JSON text, ``required`` where there is none, ``range`` is empty without bounds."""

    name: str
    type: str
    default: str
    range: str
    meaning: str

    @property
    def required(self) -> bool:
        """Whether a step must give it."""
        return self.default == "required"


def parameters_of(operator: Operator) -> list[Parameter]:
    """Return the parameters of an operator in the order of their declaration."""
    return _fields(operator.params)


def signature_of(operator: Operator) -> str:
    """Return the operator as a call: what it reads, then its parameters with their defaults."""
    reads = ["every column"] if operator.whole_frame else list(operator.reads)
    settings = [p.name if p.required else f"{p.name}={p.default}" for p in parameters_of(operator)]
    return f"{operator.name}({', '.join([*reads, *(['*'] if settings else []), *settings])})"


def _fields(model: type[BaseModel]) -> list[Parameter]:
    return [_parameter(name, info) for name, info in model.model_fields.items()]


def _parameter(name: str, info: FieldInfo) -> Parameter:
    default = "required" if info.is_required() else _json(info.get_default(call_default_factory=True))
    kind = _marked(info.metadata) or _words(info.annotation)
    return Parameter(name, kind, default, ", ".join(_bounds(info)), info.description or "")


def _marked(marks: Iterable[Any]) -> str:
    """What a marked text names; nothing for one without a mark."""
    return next((words for mark in marks for kind, words in _MARKS.items() if isinstance(mark, kind)), "")


def _words(annotation: Any) -> str:
    """A type as a person would say it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _marked(arguments[1:]) or _words(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(_words(argument) for argument in arguments)
    if origin is Literal:
        return " | ".join(_json(value) for value in arguments)
    if origin in (list, tuple, set, frozenset):
        return f"list of {_words(arguments[0])}" if arguments else "list"
    if origin is dict:
        return f"map of {_words(arguments[0])} to {_words(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"object ({', '.join(f'{p.name}: {p.type}' for p in _fields(annotation))})"
    return _NAMES.get(annotation) or str(getattr(annotation, "__name__", annotation))


def _bounds(info: FieldInfo) -> Iterator[str]:
    unit = "characters" if _is_text(info.annotation) else "items"
    for mark in info.metadata:
        for name, sign in _BOUNDS:
            if getattr(mark, name, None) is not None:
                yield f"{sign} {getattr(mark, name)}"
        for name, sign in _LENGTHS:
            if getattr(mark, name, None) is not None:
                yield f"{sign} {getattr(mark, name)} {unit}"


def _is_text(annotation: Any) -> bool:
    return annotation is str or (get_origin(annotation) in (Union, UnionType) and str in get_args(annotation))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
