"""Which files the input consists of, and what each is called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..errors import UserError, nearest
from .format import InputFile
from .formats import format_of, supported

_SIDE_FILES = {"readme.md", "dataset_infos.json", "dataset_info.json", "state.json"}
"""What a dataset folder holds beside its data; in a folder of documents, README.md is one of them."""


def list_input(paths: Sequence[Path], notes: list[str]) -> list[InputFile]:
    """Return the files behind ``paths`` in the order given, those of a folder sorted by name.

    A file's name is relative to the folder that was given. Raises ``UserError`` for a path that does not exist, a folder
    without data, a file of no known format and a file that is given twice; what is left out is added to ``notes``.
    """
    if not paths:
        raise UserError("No data was given.", fix="Name a file or a folder with data.")
    files: list[InputFile] = []
    for path in paths:
        files += _files_of_folder(path, notes) if path.is_dir() else [_single_file(path)]
    _refuse_repeated(files)
    return _with_own_names(files)


def _single_file(path: Path) -> InputFile:
    if not path.exists():
        raise _not_found(path)
    if format_of(path) is None:
        raise UserError(
            f"`{path.name}` is in no format that can be read.",
            f"Its ending is `{path.suffix}`." if path.suffix else "It has no ending that names a format.",
            f"Give a file that ends in one of: {supported()}.",
        )
    return InputFile(path, _valid_name(path.name))


def _files_of_folder(folder: Path, notes: list[str]) -> list[InputFile]:
    known: dict[str, list[Path]] = {"data": [], "text": []}
    others: Counter[str] = Counter()
    for path in _walk(folder):
        kind = format_of(path)
        if kind is None:
            others[path.suffix] += 1
        elif kind.content == "text" or path.name.lower() not in _SIDE_FILES:
            known[kind.content].append(path)
    chosen = known["data"] or known["text"]
    if not chosen:
        raise UserError(
            f"The folder `{folder}` holds no data.", _seen(others), f"Put in files that end in: {supported()}."
        )
    if known["data"]:
        _note_left_out(folder, [path for path in known["text"] if path.name.lower() not in _SIDE_FILES], notes)
    if others:
        notes.append(f"{_seen(others)[:-1]} in `{folder.name}`: left out, no format reads them.")
    return [InputFile(path, _valid_name(path.relative_to(folder).as_posix())) for path in chosen]


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(where, name) for name in names if not name.startswith(".")]
    return sorted((path for path in found if path.is_file()), key=lambda path: path.relative_to(folder).as_posix())


def _note_left_out(folder: Path, documents: list[Path], notes: list[str]) -> None:
    if documents:
        count = f"{len(documents)} text file" + ("s" if len(documents) > 1 else "")
        notes.append(f"{count} in `{folder.name}` left out, because the folder also holds data files.")


def _seen(others: Counter[str]) -> str:
    listed = ", ".join(f"{count} {suffix or 'without an ending'}" for suffix, count in sorted(others.items()))
    return f"Files of other kinds ({listed})." if listed else "It is empty."


def _not_found(path: Path) -> UserError:
    siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
    match = nearest(path.name, siblings)
    return UserError(
        f"`{path}` does not exist.",
        "" if siblings else f"Nor is there anything in `{path.parent}`.",
        f"Did you mean `{path.parent / match}`?" if match else "Check the path.",
    )


def _refuse_repeated(files: Sequence[InputFile]) -> None:
    seen: set[Path] = set()
    for file in files:
        real = file.path.resolve()
        if real in seen:
            raise UserError(f"`{file.path}` is given twice.", "Its rows would be there twice.", "Name it once.")
        seen.add(real)


def _with_own_names(files: list[InputFile]) -> list[InputFile]:
    """Name files of one name, from different folders, by their path below the folder that holds them all."""
    if len({file.name for file in files}) == len(files):
        return files
    root = Path(os.path.commonpath([file.path.absolute() for file in files]))
    return [InputFile(file.path, _valid_name(file.path.absolute().relative_to(root).as_posix())) for file in files]


def _valid_name(name: str) -> str:
    # A file name is bytes; where they are no Unicode, they are shown escaped.
    return os.fsencode(name).decode("utf-8", "backslashreplace")
