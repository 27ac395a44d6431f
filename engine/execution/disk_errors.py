"""What a full or forbidden disk means for a run."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import UserError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def clear_disk_errors(work: Path) -> Iterator[None]:
    """Raise ``UserError`` for an ``OSError`` that says there is no space, or that ``work`` may not be written.

    Other errors pass: they may come from an operator, and then they are not about the disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise UserError(
                f"No space is left for {work}.", fix="Free some space, then give the same command again."
            ) from error
        if error.errno in _NO_PERMISSION and _is_about(error, work):
            raise UserError(f"Cannot write to {work}.", f"{error}.", "Choose another --out folder.") from error
        raise


def _is_about(error: OSError, work: Path) -> bool:
    """Whether the error names a file in the folder or one of the folders that hold it."""
    if not isinstance(error.filename, str):
        return False
    named = Path(error.filename).absolute()
    return named.is_relative_to(work.absolute()) or work.absolute().is_relative_to(named)
