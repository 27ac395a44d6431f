"""Which files of a dataset folder hold its rows; a folder with anything else in it is not trusted."""

from __future__ import annotations

from pathlib import Path

from ...engine.errors import UserError
from ...engine.writing import read_dataset

_CARD = "README.md"
_DATA = "data"


def shards_of(folder: Path) -> dict[str, list[Path]]:
    """Return the shards by split, in order.

    Raises ``UserError`` for a missing folder or shard, shards of two formats, and for any file, folder or link that does
    not belong into a dataset folder, such as one that is half written.
    """
    splits = read_dataset(folder)
    shards = [path for files in splits.values() for path in files]
    foreign = [path for path in folder.iterdir() if not _belongs(path)]
    foreign += [path for path in (folder / _DATA).iterdir() if path not in shards]
    foreign += [path for path in shards if path.is_symlink() or not path.is_file()]
    if foreign:
        names = ", ".join(sorted(path.relative_to(folder).as_posix() for path in foreign)[:5])
        raise UserError(f"`{folder}` holds what no dataset folder holds: {names}.", fix="Write the dataset again.")
    if len({path.suffix for path in shards}) > 1:
        raise UserError(f"`{folder}` holds shards of several formats.", fix="Write the dataset again.")
    return splits


def _belongs(path: Path) -> bool:
    if path.is_symlink():
        return False
    return path.is_file() if path.name == _CARD else path.name == _DATA and path.is_dir()
