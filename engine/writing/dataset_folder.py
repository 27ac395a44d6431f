"""The layout of a dataset folder: what its shards are called, and the card header that names them to ``load_dataset``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from ..errors import UserError
from .dataset_format import DATASET_FORMATS, DatasetFormat

CARD = "README.md"
DATA = "data"
DEFAULT_SPLIT = "train"
_ENDINGS = "|".join(map(re.escape, DATASET_FORMATS))
_SHARD = re.compile(rf"(?P<split>\w+(?:\.\w+)*)-(?P<index>\d{{5,}})-of-(?P<count>\d{{5,}})\.(?:{_ENDINGS})")
_SPLIT = re.compile(r"\w+(\.\w+)*")


def shard_name(split: str, index: int, count: int, form: DatasetFormat) -> str:
    """Return the file name of a shard."""
    return f"{split}-{index:05d}-of-{count:05d}.{form}"


def refuse_split_name(split: object) -> None:
    """Raise ``UserError`` for a split whose name ``load_dataset`` would not take."""
    if not isinstance(split, str) or not _SPLIT.fullmatch(split):
        raise UserError(
            f"A split cannot be named `{split}`.",
            "Names of splits consist of letters, digits, `_` and inner dots.",
            "Rename the split.",
        )


def card_front_matter(splits: Sequence[str], format: DatasetFormat) -> str:
    """Return the YAML header of a card that lets ``datasets.load_dataset(folder)`` find every split in ``splits``.

    Name only splits that have rows (``DatasetWriter.split_rows``): ``load_dataset`` cannot load a split without rows, and
    where one is named it refuses the others too.
    """
    files = [{"split": split, "path": f"{DATA}/{split}-*.{format}"} for split in splits or (DEFAULT_SPLIT,)]
    header = {"configs": [{"config_name": "default", "data_files": files}]}
    return f"---\n{yaml.safe_dump(header, sort_keys=False, allow_unicode=True)}---\n"


def read_dataset(folder: Path) -> dict[str, list[Path]]:
    """Return the shard files of a dataset folder by split, in order; splits come in the order of the card.

    Raises ``UserError`` when the folder holds no shards or a shard is missing.
    """
    found: dict[str, dict[int, Path]] = {}
    counts: dict[str, set[int]] = {}
    for path in sorted((folder / DATA).glob("*")):
        name = _SHARD.fullmatch(path.name)
        if name:
            found.setdefault(name["split"], {})[int(name["index"])] = path
            counts.setdefault(name["split"], set()).add(int(name["count"]))
    if not found:
        raise UserError(f"`{folder}` is no dataset folder.", f"It has no shards in `{DATA}`.", "Check the path.")
    for split, shards in found.items():
        if counts[split] != {len(shards)} or set(shards) != set(range(len(shards))):
            raise UserError(f"Shards of the split `{split}` are missing in `{folder}`.", fix="Write the dataset again.")
    ordered = [split for split in _splits_of_card(folder) if split in found]
    return {split: [found[split][i] for i in sorted(found[split])] for split in dict.fromkeys([*ordered, *found])}


def _splits_of_card(folder: Path) -> list[str]:
    card = folder / CARD
    header = card.read_text(encoding="utf-8").split("---\n", 2) if card.is_file() else []
    if len(header) < 3 or header[0]:
        return []
    configs: Any = (yaml.safe_load(header[1]) or {}).get("configs", [])
    return [str(entry["split"]) for config in configs for entry in config.get("data_files", [])]
