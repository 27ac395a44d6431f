"""Finished work, kept under its fingerprint: the rows, the drop log, the quarantine and the ledger of a run of steps.

A stage is written beside its place and renamed into it, so it is there whole or not at all. Its name is the hash of all
that decides its content; a run that is started again finds what it has already done, and nothing else.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import orjson
import pyarrow as pa

from ..pipeline import Step
from .ledger import StepLedger
from .spill import SpilledTable, SpillWriter

ENGINE_VERSION = 1
"""Raised whenever the executor itself would give other rows for the same pipeline and input."""


def fingerprint_of(bases: Iterable[str], steps: Iterable[Step], seed: int) -> str:
    """Return the hash of a stage: what it reads, the locked steps, and the seed."""
    content = [ENGINE_VERSION, list(bases), [s.model_dump(mode="json", exclude={"serves"}) for s in steps], seed]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class StageWriter:
    """Collects one stage: per step a ledger and its log of drops and quarantined rows, and per table the rows."""

    def __init__(self, folder: Path, steps: Iterable[tuple[str, str]]) -> None:
        self.folder = folder
        self._partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir(parents=True)
        self.ledgers = {step: StepLedger(step, operator) for step, operator in steps}
        self._logs = {step: (self._partial / f"{i:03d}.log.jsonl").open("wb") for i, step in enumerate(self.ledgers)}
        self._tables: dict[str, SpillWriter] = {}
        self.parents: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for log in self._logs.values():
            log.close()
        with suppress(OSError, pa.ArrowInvalid):
            for table in self._tables.values():
                table.close()
        shutil.rmtree(self._partial, ignore_errors=True)

    def table(self, name: str, schema: pa.Schema) -> SpillWriter:
        """Begin the rows of a table."""
        self._tables[name] = SpillWriter(self._partial / f"{name}.arrow", schema)
        return self._tables[name]

    def drop(self, step: str, row: str, reason: str) -> None:
        """Log a dropped row."""
        self.ledgers[step].dropped[reason] += 1
        self._logs[step].write(orjson.dumps({"row": row, "step": step, "reason": reason}) + b"\n")

    def quarantine(self, step: str, row: str, error: str) -> None:
        """Log a quarantined row."""
        self.ledgers[step].quarantined += 1
        self._logs[step].write(orjson.dumps({"row": row, "step": step, "error": error}) + b"\n")

    def commit(self) -> Stage:
        """Assert every step's balance and put the stage in its place."""
        for ledger in self.ledgers.values():
            ledger.assert_balanced()
        for log in self._logs.values():
            log.close()
        for table in self._tables.values():
            table.close()
        content = {
            "ledgers": [ledger.as_json() for ledger in self.ledgers.values()],
            "parents": {child: list(parents) for child, parents in self.parents.items()},
        }
        (self._partial / "stage.json").write_bytes(orjson.dumps(content))
        shutil.rmtree(self.folder, ignore_errors=True)
        self._partial.rename(self.folder)
        return Stage(self.folder)


class Stage:
    """A finished stage on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content: dict[str, Any] = orjson.loads((folder / "stage.json").read_bytes())
        self.ledgers = [StepLedger.from_json(ledger) for ledger in content["ledgers"]]
        self.parents: dict[str, tuple[str, ...]] = {c: tuple(p) for c, p in content["parents"].items()}

    @classmethod
    def find(cls, folder: Path) -> Stage | None:
        """Return the finished stage in ``folder``, or ``None``."""
        return cls(folder) if (folder / "stage.json").is_file() else None

    def table(self, name: str) -> SpilledTable:
        """Return the rows of a table."""
        return SpilledTable(self.folder / f"{name}.arrow", f"{self.folder.name}:{name}")

    def log(self) -> Iterator[dict[str, str]]:
        """Yield the logged rows, step by step, in row order: drops have a ``reason``, quarantined rows an ``error``."""
        for path in sorted(self.folder.glob("*.log.jsonl")):
            with path.open("rb") as lines:
                for line in lines:
                    yield orjson.loads(line)
