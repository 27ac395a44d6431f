"""Dataset folders of the ``datasets`` package: saved ones (``save_to_disk``), and those with a card that names the files.

The rows of all splits follow each other in the order of the folder's own list; the split is in the file's name, so it
stands in every row identity. ``folder::split`` names one split, ``folder::config`` one of several configurations.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
import yaml

from ..errors import UserError, did_you_mean
from .found_files import natural_order
from .parts import PART

Splits = dict[str, list[Path]]


def dataset_files(folder: Path, part: str | None, notes: list[str]) -> list[Path] | None:
    """Return the data files of a dataset folder in order, or ``None`` for a folder that says nothing about its files.

    Raises ``UserError`` when the folder names files that are not there, and when ``part`` is no split or configuration.
    """
    if (folder / "dataset_dict.json").is_file():
        return _of_splits(folder, _saved_splits(folder), part, notes)
    if (folder / "state.json").is_file() and (folder / "dataset_info.json").is_file():
        return _of_splits(folder, {"": _saved_files(folder)}, part, notes)
    configs = _configs(folder)
    return _of_config(folder, configs, part, notes) if configs else None


def _of_splits(folder: Path, splits: Splits, part: str | None, notes: list[str]) -> list[Path]:
    if part is not None:
        if part not in splits:
            raise UserError(f"`{folder}` has no split `{part}`.", fix=did_you_mean(part, filter(None, splits)))
        return splits[part]
    if len(splits) > 1:
        listed = ", ".join(f"`{name}`" for name in splits)
        one = next(iter(splits))
        notes.append(
            f"`{folder.name}` has the splits {listed}; their rows are read one split after the other, and `{PART}{one}` "
            "behind the path takes one of them."
        )
    return [path for files in splits.values() for path in files]


def _saved_splits(folder: Path) -> Splits:
    names = _json(folder / "dataset_dict.json").get("splits")
    if not isinstance(names, list) or not names:
        raise UserError(f"The saved dataset `{folder}` names no splits.", fix="Save it again.")
    return {str(name): _saved_files(folder / str(name)) for name in names}


def _saved_files(folder: Path) -> list[Path]:
    entries = _json(folder / "state.json").get("_data_files") or []
    files = [folder / str(entry["filename"]) for entry in entries if isinstance(entry, Mapping) and "filename" in entry]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise _not_there(folder, missing)
    return files


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UserError(
            f"`{path.parent}` is no whole saved dataset.", f"{path.name}: {error}.", "Save it again."
        ) from error
    return content if isinstance(content, Mapping) else {}


def _configs(folder: Path) -> list[Mapping[str, Any]]:
    """The configurations in the card's header that name files."""
    card = next((folder / name for name in ("README.md", "readme.md") if (folder / name).is_file()), None)
    header = card.read_text(encoding="utf-8", errors="replace").split("---\n", 2) if card else []
    if len(header) < 3 or header[0].strip("\ufeff"):
        return []
    try:
        content = yaml.safe_load(header[1])
    except yaml.YAMLError:
        return []
    configs = content.get("configs") if isinstance(content, Mapping) else None
    named = [one for one in configs if isinstance(one, Mapping)] if isinstance(configs, list) else []
    return [one for one in named if one.get("data_files") or one.get("data_dir")]


def _of_config(folder: Path, configs: Sequence[Mapping[str, Any]], part: str | None, notes: list[str]) -> list[Path]:
    named = {str(one.get("config_name", "default")): one for one in configs}
    config, split = _default_config(folder, named, part), part
    if part in named:
        config, split = named[part], None
    return _of_splits(folder, _config_splits(folder, config), split, notes)


def _default_config(folder: Path, named: Mapping[str, Mapping[str, Any]], part: str | None) -> Mapping[str, Any]:
    marked = [one for name, one in named.items() if one.get("default") or name == "default"]
    if len(named) > 1 and not marked and part not in named:
        listed = ", ".join(f"`{name}`" for name in named)
        raise UserError(
            f"`{folder}` has several configurations: {listed}.",
            "They are different tables.",
            f"Name one: `{folder}{PART}{next(iter(named))}`.",
        )
    return (marked or list(named.values()))[0]


def _config_splits(folder: Path, config: Mapping[str, Any]) -> Splits:
    inner = str(config.get("data_dir") or "")
    files = config.get("data_files") or f"{inner or '.'}/**"
    splits: Splits = {}
    for split, patterns in _patterns_by_split(files):
        for pattern in patterns:
            splits.setdefault(split, []).extend(_matching(folder, pattern))
    return splits


def _patterns_by_split(files: Any) -> Iterable[tuple[str, list[str]]]:
    if isinstance(files, Mapping):
        return [(str(split), _texts(patterns)) for split, patterns in files.items()]
    if isinstance(files, list) and all(isinstance(one, Mapping) for one in files):
        return [(str(one.get("split", "train")), _texts(one.get("path"))) for one in files]
    return [("train", _texts(files))]


def _texts(patterns: Any) -> list[str]:
    return [str(one) for one in (patterns if isinstance(patterns, list) else [patterns]) if one]


def _matching(folder: Path, pattern: str) -> list[Path]:
    if "://" in pattern or PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
        raise UserError(
            f"The card of `{folder}` names `{pattern}`, which is not in the folder.",
            fix="Fetch that data, and name it instead of the folder.",
        )
    names = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207 (`Path.glob` finds hidden files)
    found = [folder / name for name in sorted(names, key=natural_order) if (folder / name).is_file()]
    if not found:
        raise _not_there(folder, [pattern])
    return found


def _not_there(folder: Path, names: Sequence[str]) -> UserError:
    return UserError(
        f"`{folder}` names files that are not there.",
        f"Missing: {', '.join(names[:5])}.",
        "Fetch or save the dataset again.",
    )
