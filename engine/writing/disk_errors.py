"""Turns what a disk refuses into an error that a person can mend."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import UserError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors(target: Path) -> Iterator[None]:
    """Raise ``UserError`` instead of any ``OSError`` within, naming ``target`` and what to do."""
    try:
        yield
    except OSError as error:
        raise _for_a_person(error, target) from error


def _for_a_person(error: OSError, target: Path) -> UserError:
    why = f"{error.strerror or error}."
    if error.errno in _NO_SPACE:
        return UserError(
            f"There is no space left to write {target}.", why, "Free some space, or write to another disk."
        )
    if error.errno in _NO_PERMISSION:
        return UserError(f"{target} may not be written.", why, "Choose another place, or change its permissions.")
    return UserError(f"{target} could not be written.", why, "Check that its folder exists and that the disk is sound.")
