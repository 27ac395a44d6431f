"""Which of the files in a folder, or behind a pattern, are read as data, in what order, and what is left out."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import UserError
from .format import InputFile
from .formats import format_of, supported
from .sqlite_tables import SqliteLog, SqliteTables, is_database, sqlite_inputs

SIDE_FILES = {"readme.md", "dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json"}
"""What a dataset folder holds beside its data; in a folder of documents, README.md is one of them."""
_SQLITE_SIDE = ("-wal", "-shm", "-journal")
_NUMBER = re.compile("([0-9]+)")


def natural_order(name: str) -> tuple[tuple[tuple[str | int, ...], ...], str]:
    """Return the key that sorts paths folder by folder, by name, and numbers in names by their value."""
    parts = (tuple(int(p) if i % 2 else p for i, p in enumerate(_NUMBER.split(part))) for part in name.split("/"))
    return tuple(parts), name


def files_below(folder: Path) -> list[Path]:
    """Return every file in a folder and its folders, hidden ones left out, in natural order."""
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(where, name) for name in names if not name.startswith(".")]
    return sorted((path for path in found if path.is_file()), key=lambda path: _key(path, folder))


def files_of_pattern(pattern: Path) -> tuple[Path, list[Path]]:
    """Return the folder at which a pattern (``*``, ``?``, ``[...]``, ``**``) begins, and its files in natural order.

    Hidden files are left out. Raises ``UserError`` when there are none.
    """
    fixed = 0
    while not glob.has_magic(pattern.parts[fixed]):
        fixed += 1
    base = Path(*pattern.parts[:fixed])
    matches = glob.glob(str(pattern), recursive=True)  # noqa: PTH207 (`Path.glob` finds hidden files)
    found = [Path(match) for match in matches]
    files = [path for path in found if path.is_file()]
    if not files:
        raise UserError(
            f"No file matches `{pattern}`.",
            f"It matches {len(found)} folders, and a pattern stands for files." if found else "",
            f"Write `{pattern / '**'}` for the files below them." if found else "Check the pattern and its quotes.",
        )
    return base, sorted(files, key=lambda path: _key(path, base))


def is_pattern(path: Path) -> bool:
    """Say whether a path that does not exist is meant as a pattern."""
    return glob.has_magic(str(path))


def chosen_inputs(found: Sequence[Path], base: Path, label: str, notes: list[str]) -> list[InputFile]:
    """Return the data files of ``found``, or its documents where it has no data; what is left out is noted.

    A file's name is relative to ``base``. Raises ``UserError`` when nothing can be read.
    """
    known: dict[str, list[Path]] = {"data": [], "text": []}
    others: Counter[str] = Counter()
    for path in found:
        kind = format_of(path)
        if kind is None or (isinstance(kind, SqliteTables) and not is_database(path)):
            others[path.suffix] += not path.name.endswith(_SQLITE_SIDE)
        elif not isinstance(kind, SqliteLog) and (kind.content == "text" or path.name.lower() not in SIDE_FILES):
            known[kind.content].append(path)
    others = +others
    chosen = known["data"] or known["text"]
    if not chosen:
        raise UserError(f"`{label}` holds no data.", _seen(others), f"Put in files that end in: {supported()}.")
    if known["data"]:
        _note_left_out(label, [path for path in known["text"] if path.name.lower() not in SIDE_FILES], notes)
        _note_several_formats(label, known["data"], notes)
    _note_empty(chosen, notes)
    if others:
        notes.append(f"{_seen(others)[:-1]} in `{label}`: left out, no format reads them.")
    return [one for path in chosen for one in inputs_of_file(path, valid_name(os.path.relpath(path, base)), None)]


def inputs_of_file(path: Path, name: str, part: str | None) -> list[InputFile]:
    """Return one file as input, with the part of it that is named. Raises ``UserError`` when it has no such part."""
    if isinstance(format_of(path), SqliteTables):
        return sqlite_inputs(InputFile(path, name), part)
    if part is not None:
        raise UserError(f"`{name}` has no parts such as `{part}`.", "Only SQLite files have tables.", "Name the file.")
    return [InputFile(path, name)]


def valid_name(name: str) -> str:
    """Return a file name as text; where its bytes are no Unicode, they are shown escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _key(path: Path, base: Path) -> tuple[tuple[tuple[str | int, ...], ...], str]:
    return natural_order(Path(os.path.relpath(path, base)).as_posix())


def _note_left_out(label: str, documents: Sequence[Path], notes: list[str]) -> None:
    if documents:
        count = f"{len(documents)} text file" + ("s" if len(documents) > 1 else "")
        notes.append(f"{count} in `{label}` left out, because the folder also holds data files.")


def _note_empty(files: Sequence[Path], notes: list[str]) -> None:
    empty = [path.name for path in files if not path.stat().st_size]
    if empty:
        more = f" and {len(empty) - 3} more" if len(empty) > 3 else ""
        notes.append(f"Empty files (0 bytes): {', '.join(empty[:3])}{more}.")


def _note_several_formats(label: str, data: Iterable[Path], notes: list[str]) -> None:
    kinds = Counter(next(iter(kind.suffixes)) for kind in map(format_of, data) if kind)
    if len(kinds) > 1:
        listed = ", ".join(f"{count} {ending}" for ending, count in sorted(kinds.items()))
        notes.append(f"`{label}` holds files of several formats ({listed}); their rows are read as one table.")


def _seen(others: Counter[str]) -> str:
    listed = ", ".join(f"{count} {suffix or 'without an ending'}" for suffix, count in sorted(others.items()))
    return f"Files of other kinds ({listed})." if listed else "It is empty."
