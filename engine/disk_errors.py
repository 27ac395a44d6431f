"""Turns what a disk refuses into an error that a person can mend."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import UserError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """Raise ``UserError`` instead of any ``OSError`` within, which does nothing but write ``target``."""
    try:
        yield
    except OSError as error:
        raise _for_a_person(error, target) from error


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Raise ``UserError`` for an error that says there is no space, or that ``folder`` may not be written.

    Other errors pass: they may come from an operator, and then they are not about the disk.
    """
    try:
        yield
    except OSError as error:
        forbidden = error.errno in _NO_PERMISSION and _is_about(error, folder)
        if error.errno in _NO_SPACE or forbidden:
            raise _for_a_person(error, folder) from error
        raise
    except sqlite3.OperationalError as error:
        if "disk is full" in str(error):
            raise _for_a_person(OSError(errno.ENOSPC, "the disk is full"), folder) from error
        raise


def _for_a_person(error: OSError, target: Path) -> UserError:
    why = f"{error.strerror or error}."
    if error.errno in _NO_SPACE:
        return UserError(
            f"There is no space left to write {target}.", why, "Free some space, then give the same command again."
        )
    if error.errno in _NO_PERMISSION:
        return UserError(f"{target} may not be written.", why, "Choose another place, or change its permissions.")
    return UserError(f"{target} could not be written.", why, "Check that its folder exists and that the disk is sound.")


def _is_about(error: OSError, folder: Path) -> bool:
    """Whether the error names a file in the folder or one of the folders that hold it."""
    if not isinstance(error.filename, str):
        return False
    named = Path(error.filename).absolute()
    return named.is_relative_to(folder.absolute()) or folder.absolute().is_relative_to(named)
