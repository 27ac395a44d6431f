"""The folder of a run: who may write to it, and what is removed when one run replaces another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from ..engine.disk_errors import writing_to
from ..engine.errors import UserError
from ..memory.lease import Lease

WORK = ".work"
"""The folder inside a run folder that holds stages and lineage; it can be deleted after a run."""
RESULTS = frozenset({
    "spec.md", "contract.json", "pipeline.yaml", "pipeline.py", "operators", "dataset", "quarantine.jsonl", "dropped.jsonl",
    "report.html", "report.json", "manifest.json", "trace.jsonl", WORK,
})  # fmt: skip
"""All that any kind of run leaves; nothing else is ever removed from a run folder."""
_RUN = "run.json"


def refuse_foreign_folder(out: Path, command: str, data: Sequence[Path], *, force: bool) -> None:
    """Raise ``UserError`` unless ``out`` is new, empty, or left by the same command; ``force`` allows any other folder.

    ``command`` is a hash of the command that wants the folder. A folder that holds an input, or lies in one, is refused
    even with ``force``: a run must not replace or read again what it works on.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file.", fix="Name a folder with --out.")
    for path in data:
        _refuse_overlap(out, path)
    if force or not _names(out) - {WORK}:
        return
    previous = read_marker(out)
    if "command" not in previous:
        raise UserError(
            f"The folder {out} is not empty, and no run made it.",
            fix="Choose another --out folder, or give --force.",
        )
    if previous["command"] != command:
        raise UserError(
            f"The folder {out} holds another run.",
            fix="Choose another --out folder, or give --force to replace it.",
        )


@contextmanager
def claimed(out: Path, command: str, data: Sequence[Path], *, force: bool) -> Iterator[Path]:
    """Make ``out`` the folder of ``command`` and yield its working folder, leased to this process until the end.

    With ``force``, what another run left is removed; files of anybody else stay. Raises ``UserError`` as
    ``refuse_foreign_folder`` does, when another process works there, and when the disk refuses.
    """
    refuse_foreign_folder(out, command, data, force=force)
    work = out / WORK
    with writing_to(out):
        work.mkdir(parents=True, exist_ok=True)
        lease = Lease(work, said=str(out))
        lease.acquire()
    try:
        with writing_to(out):
            if read_marker(out).get("command", command) != command:
                _clear(out, keep=lease.path)
            write_marker(out, {**read_marker(out), "command": command})
        yield work
    finally:
        lease.release()


def read_marker(out: Path) -> dict[str, Any]:
    """Return what is remembered of the run that made the folder; empty when no run did."""
    try:
        found = orjson.loads((out / WORK / _RUN).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def write_marker(out: Path, content: dict[str, Any]) -> None:
    """Remember ``content`` as the run that makes the folder."""
    path = out / WORK / _RUN
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(orjson.dumps(content))
    partial.replace(path)


def _refuse_overlap(out: Path, data: Path) -> None:
    folder, given = out.resolve(), data.resolve()
    if folder in (given, *given.parents):
        raise UserError("The output folder holds the input.", f"{data} lies in {out}.", "Choose another --out folder.")
    if given.is_dir() and given in folder.parents:
        raise UserError(
            "The output folder lies in the input folder.",
            f"{out} is below {data}, so the next run would read it as input.",
            "Choose another --out folder.",
        )


def _names(out: Path) -> set[str]:
    with writing_to(out):
        return {entry.name for entry in out.iterdir()} if out.exists() else set()


def _clear(out: Path, keep: Path) -> None:
    for name in RESULTS - {WORK}:
        _remove(out / name)
    for path in (out / WORK).iterdir():
        if path != keep:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
