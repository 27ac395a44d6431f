"""Resources: the files and folders that parameters name, and the hashes of their content.

A parameter annotated ``ResourcePath`` (or ``ResourcePath | None``) names one. A relative path counts from the folder of the
pipeline's file, so that a pipeline and its word lists can be moved together, and stays relative in ``pipeline.yaml``.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from .columns import ResourceMarker
from .errors import UserError, nearest
from .operator import Operator, Params

_CHUNK = 1 << 20


def resource_paths(operator: Operator, params: Mapping[str, Any]) -> dict[str, str]:
    """Return the paths as they are written in a step's ``params``, by the parameter; those that name nothing are left out."""
    fields = operator.params.model_fields
    written = {name: params.get(name, fields[name].default) for name in resource_parameters(operator.params)}
    return {name: path for name, path in written.items() if isinstance(path, str)}


def resource_parameters(params: type[Params]) -> list[str]:
    """Return the names of the parameters that name a resource."""
    return [name for name, info in params.model_fields.items() if _is_marked(info.metadata, info.annotation)]


def _is_marked(metadata: Any, annotation: Any) -> bool:
    if any(isinstance(mark, ResourceMarker) for mark in metadata):
        return True
    return any(_is_marked(getattr(part, "__metadata__", ()), None) for part in get_args(annotation))


def with_located_resources(operator: Operator, params: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return ``params`` with the paths that an operator can open wherever it runs."""
    return {**params, **{name: str(located(path, folder)) for name, path in resource_paths(operator, params).items()}}


def resource_hashes(operator: Operator, params: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each resource by its parameter; raises ``UserError`` for one that cannot be read."""
    return {name: resource_hash(path, folder) for name, path in resource_paths(operator, params).items()}


def located(path: str, folder: Path) -> Path:
    """Return where the resource written as ``path`` is."""
    return (folder / Path(path).expanduser()).absolute()


def resource_hash(path: str, folder: Path) -> str:
    """Return the SHA-256 of a file, or over the names and contents of all files in a folder.

    Raises ``UserError`` with the nearest name when there is none, or it may not be read.
    """
    place = located(path, folder)
    if not place.exists():
        raise UserError(f"The resource `{path}` does not exist.", fix=_nearest_file(path, place))
    try:
        return _hash_of_folder(place) if place.is_dir() else _hash_of_file(place)
    except OSError as error:
        raise UserError(f"The resource `{path}` cannot be read: {error.strerror}.") from error


def _nearest_file(path: str, place: Path) -> str:
    beside = [entry.name for entry in place.parent.iterdir()] if place.parent.is_dir() else []
    match = nearest(place.name, beside)
    if match is None:
        return "A relative path counts from the folder of the pipeline's file."
    return f"Did you mean `{(Path(path).parent / match).as_posix()}`?"


def _hash_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
        name = file.relative_to(folder).as_posix().encode()
        digest.update(b"%d\0%s%s" % (len(name), name, _hash_of_file(file).encode()))
    return digest.hexdigest()


def _hash_of_file(file: Path) -> str:
    state = file.stat()
    return _hash_of_content(file, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


@functools.lru_cache(maxsize=4096)
def _hash_of_content(file: Path, *state: int) -> str:
    """The hash of a file in the ``state`` that it has; a large one is read once per process."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
