"""Which files the input consists of, and what each is called."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import UserError, nearest
from .dataset_folders import dataset_files
from .format import InputFile
from .formats import format_of, supported
from .found_files import (
    chosen_inputs,
    files_below,
    files_of_pattern,
    inputs_of_file,
    is_pattern,
    valid_name,
)
from .input_notes import notes_on
from .parts import PART, split_part


def list_input(paths: Sequence[Path], notes: list[str]) -> list[InputFile]:
    """Return the files behind ``paths`` in the order given.

    A path is a file, a folder, a pattern (``shards/*.jsonl.gz``, ``**`` for folders below), or one of the first two with a
    part of it (``shop.sqlite::orders``, ``folder::split``). The files of a folder or pattern come folder by folder, by
    name, numbers in names by their value; those of a dataset folder as its card or list says. A file's name is relative to
    what was given. Raises ``UserError`` for a path that does not exist, a folder without data, a file of no known format
    and a file that is given twice; what is left out, or not read as a person might expect, is added to ``notes``.
    """
    if not paths:
        raise UserError("No data was given.", fix="Name a file or a folder with data.")
    files = _with_own_names([file for path in paths for file in _inputs(path, notes)])
    _refuse_repeated(files)
    notes += notes_on(files)
    return files


def _inputs(given: Path, notes: list[str]) -> list[InputFile]:
    # A shell leaves the tilde of a quoted pattern as it is.
    path, part = split_part(given.expanduser() if given.parts[:1] == ("~",) else given)
    if path.is_dir():
        return _inputs_of_folder(path, part, notes)
    if not path.exists() and is_pattern(path):
        base, found = files_of_pattern(path)
        if part is None:
            return chosen_inputs(found, base, str(path), notes)
        return [one for file in found for one in inputs_of_file(file, valid_name(os.path.relpath(file, base)), part)]
    if not path.exists():
        raise _not_found(path)
    if format_of(path) is None:
        raise UserError(
            f"`{path.name}` is in no format that can be read.",
            f"Its ending is `{path.suffix}`." if path.suffix else "It has no ending that names a format.",
            f"Give a file that ends in one of: {supported()}.",
        )
    return inputs_of_file(path, valid_name(path.name), part)


def _inputs_of_folder(folder: Path, part: str | None, notes: list[str]) -> list[InputFile]:
    named = dataset_files(folder, part, notes)
    if named is None and part is not None:
        raise UserError(
            f"`{folder}` is no dataset folder with splits, so it has no `{part}`.", fix="Name a file or folder in it."
        )
    return chosen_inputs(files_below(folder) if named is None else named, folder, folder.name or str(folder), notes)


def _not_found(path: Path) -> UserError:
    siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
    match = nearest(path.name, siblings)
    return UserError(
        f"`{path}` does not exist.",
        "" if siblings else f"Nor is there anything in `{path.parent}`.",
        f"Did you mean `{match}`?" if match else "Check the path.",
    )


def _refuse_repeated(files: Sequence[InputFile]) -> None:
    seen: set[tuple[Path, str]] = set()
    for file in files:
        real = file.path.resolve(), file.name.rpartition(PART)[2] if PART in file.name else ""
        if real in seen:
            raise UserError(f"`{file.path}` is given twice.", "Its rows would be there twice.", "Name it once.")
        seen.add(real)


def _with_own_names(files: list[InputFile]) -> list[InputFile]:
    """Name files of one name, from different folders, by their path below the folder that holds them all."""
    if len({file.name for file in files}) == len(files):
        return files
    root = Path(os.path.commonpath([file.path.absolute() for file in files]))
    if len({file.path.absolute() for file in files}) == 1:
        root = root.parent
    return [InputFile(file.path, _below(root, file)) for file in files]


def _below(root: Path, file: InputFile) -> str:
    _, sign, part = file.name.partition(PART)
    return valid_name(file.path.absolute().relative_to(root).as_posix()) + sign + part
