"""What a person should know about the files of an input before a row is read: encodings and class labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from .arrow_files import ArrowFiles
from .byte_stream import encoding_of
from .format import InputFile
from .formats import format_of
from .parquet import Parquet
from .text_files import TextFiles, encoding_of_text_file

_NAMED = 3


def notes_on(files: Sequence[InputFile]) -> list[str]:
    """Return sentences on encodings other than UTF-8, and on classes that are carried as numbers.

    Raises ``UserError`` for a compressed file that is broken at its beginning. A file that cannot be opened is passed over.
    """
    encodings: dict[str, list[str]] = {}
    for file in files:
        try:
            encoding = _encoding(file.path)
        except OSError:
            continue
        if not encoding.startswith("utf-"):
            encodings.setdefault(encoding, []).append(file.name)
    notes = [
        f"{_listed(names)} read in the encoding {name}, because the bytes are not UTF-8."
        for name, names in encodings.items()
    ]
    return notes + _label_notes(files)


def _encoding(path: Path) -> str:
    kind = format_of(path)
    if kind is None or not kind.compressible:
        return "utf-8"
    return encoding_of_text_file(path) if isinstance(kind, TextFiles) else encoding_of(path)


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{len(names)} files ({', '.join(names[:_NAMED])}{more}) are"


def _label_notes(files: Sequence[InputFile]) -> list[str]:
    """Notes on the class labels that the ``datasets`` package wrote into the first file of typed columns."""
    first = next((file.path for file in files if isinstance(format_of(file.path), ArrowFiles | Parquet)), None)
    notes = []
    for column, names in _class_labels(_features(first)) if first else ():
        listed = ", ".join(f"{number} = {name}" for number, name in enumerate(names[:10]))
        more = f", ... ({len(names)} classes)" if len(names) > 10 else ""
        notes.append(f"Column `{column}` holds classes; it is carried as their numbers ({listed}{more}).")
    return notes


def _features(path: Path) -> Mapping[str, Any]:
    kind = format_of(path)
    try:
        assert isinstance(kind, ArrowFiles | Parquet)
        with kind.opened(InputFile(path, path.name)) as opened:
            metadata = kind.schema(opened).metadata or {}
        features = orjson.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
    except (OSError, LookupError, TypeError, ValueError, pa.ArrowException):
        return {}
    return features if isinstance(features, Mapping) else {}


def _class_labels(features: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, feature in features.items():
        where = f"{path}.{name}" if path else str(name)
        if not isinstance(feature, Mapping):
            continue
        if feature.get("_type") == "ClassLabel":
            yield where, [str(one) for one in feature.get("names") or []]
        elif isinstance(inner := feature.get("feature"), Mapping):
            yield from _class_labels({where + "[]": inner})
        else:
            yield from _class_labels({key: part for key, part in feature.items() if key != "_type"}, where)
