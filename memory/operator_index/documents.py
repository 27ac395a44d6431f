"""One short document per operator: what is embedded and searched, and what is filtered by."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from ...engine.columns import ColumnType
from ...engine.context import LLM
from ...engine.operator import Kind, Operator, Phase

COLUMN_TYPES: tuple[ColumnType, ...] = get_args(ColumnType)

_SAID_OF_KIND: dict[Kind, str] = {
    "evaluate": "Measure, count or compute a value for each row and put it in a column. Which, what, how many.",
    "filter": "Filter: keep or drop whole rows, discard or reject records.",
    "refine": "Change the values of each row.",
    "generate": "Make new values for each row.",
}
_SAID_OF_NEEDS: dict[str, str] = {LLM: "By a language model, an LLM, AI."}
_SAID_OF_WRITING = "Generate, write or create new text."
_SAID_OF_BOUNDS: dict[str, str] = {
    "min": "At least, at most, more than, less than, too few, too many.",
    "any_of": "Keep only these values, exclude others.",
    "equals": "Keep where it is true, reject where it is not.",
}
_IN_COMMON_TO = 3
"""A parameter of which so many operators say the same tells none of them from the others, and is left out."""


@dataclass(frozen=True)
class OperatorDocument:
    """``name`` identifies it, ``text`` is compared with needs, ``metadata`` holds flat values to filter by."""

    name: str
    text: str
    metadata: dict[str, str | bool]

    def needs_flags(self) -> set[str]:
        """Return the keys that say what the operator needs."""
        return {key for key, said in self.metadata.items() if key.startswith(need_flag("")) and said}


def documents_of(operators: Iterable[Operator]) -> list[OperatorDocument]:
    """Return one document per operator, sorted by name."""
    by_name = {operator.name: operator for operator in operators}
    needs = sorted({need for operator in by_name.values() for need in operator.needs})
    said = Counter(text for operator in by_name.values() if not operator.measure for text in _parameters(operator))
    common = {text for text, count in said.items() if count >= _IN_COMMON_TO}
    return [_document(by_name[name], by_name, needs, common) for name in sorted(by_name)]


def need_flag(need: str) -> str:
    """Return the metadata key that says whether an operator needs ``need``."""
    return f"needs_{need}"


def reads_flag(column_type: str) -> str:
    """Return the metadata key that says whether an operator reads a column of this type."""
    return f"reads_{column_type}"


def fingerprint(documents: Sequence[OperatorDocument], *salt: str) -> str:
    """Return a hash over everything that the documents say, and ``salt``."""
    content = [[document.name, document.text, document.metadata] for document in documents]
    return hashlib.sha256(json.dumps([content, salt], sort_keys=True).encode()).hexdigest()


def _document(
    operator: Operator, by_name: dict[str, Operator], needs: Sequence[str], common: Container[str]
) -> OperatorDocument:
    name = operator.name.replace("_", " ")
    parts = [f"{name}.", operator.summary, *_said(operator.aliases), *_said(operator.use_for)]
    # A derived filter has the parameters of its measure, and bounds, of which `_SAID_OF_BOUNDS` speaks.
    parts += [said for said in _parameters(by_name.get(operator.measure or "", operator)) if said not in common]
    parts.append(_SAID_OF_KIND[operator.kind])
    parts += [said for need, said in _SAID_OF_NEEDS.items() if need in operator.needs]
    if operator.phase is Phase.generate:
        parts.append(_SAID_OF_WRITING)
    if operator.measure:
        parts += [said for bound, said in _SAID_OF_BOUNDS.items() if bound in operator.params.model_fields]
    if operator.domain not in ("core", "workspace"):
        parts.append(f"Domain: {operator.domain}.")
    metadata: dict[str, str | bool] = {
        "kind": operator.kind,
        "domain": operator.domain,
        "phase": operator.phase.name,
        **{need_flag(need): need in operator.needs for need in needs},
        **{reads_flag(column_type): column_type in operator.reads.values() for column_type in COLUMN_TYPES},
    }
    return OperatorDocument(operator.name, " ".join(parts), metadata)


def _said(phrases: Iterable[str]) -> list[str]:
    return [phrase if phrase.endswith(".") else f"{phrase}." for phrase in phrases]


def _parameters(operator: Operator) -> list[str]:
    """What is said of each parameter."""
    fields = operator.params.model_fields
    return [f"{name.replace('_', ' ')}: {field.description or ''}".strip() for name, field in fields.items()]
