"""Finished work, kept under its fingerprint: the rows, the drop logs, the quarantine and the ledgers of a run of steps.

A stage is written beside its place and renamed into it, so it is there whole or not at all, also where two runs make the
same one. Its name is the hash of all that decides its content; a run that is started again finds what it has already done,
and nothing else: a stage that something spoilt since is no finished one.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, Self

import orjson
import pyarrow as pa

from ...errors import LedgerImbalanceError
from ...operator import Artifact
from ...pipeline import Step
from ...reading.json_text import json_bytes
from ..ledger import StepLedger
from .spill import SpilledTable, SpillWriter

ENGINE_VERSION = 3
"""Raised whenever the executor itself would give other rows for the same pipeline and input."""

PARTIAL = ".partial"
"""What the name of a stage ends in as long as it is being made."""
_STAGE_FILE = "stage.json"
_ROWS = ".arrow"
_DROPPED = "dropped"
_QUARANTINED = "quarantined"
_ARTIFACT = "artifact"
_LOG_BLOCK = 1 << 20


def fingerprint_of(bases: Iterable[str], steps: Iterable[Step], seed: int, facts: Any = None) -> str:
    """Return the hash of a stage: what it reads, the locked steps, the seed, and ``facts`` beyond them, as JSON."""
    content = [ENGINE_VERSION, list(bases), [s.model_dump(mode="json", exclude={"serves"}) for s in steps], seed, facts]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class StageWriter:
    """Collects one stage: per step a ledger and its logs of dropped and of quarantined rows, and per table the rows."""

    def __init__(self, folder: Path, steps: Iterable[tuple[str, str]]) -> None:
        self.folder = folder
        self._partial = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}{PARTIAL}")
        self._partial.mkdir(parents=True)
        self.ledgers = {step: StepLedger(step, operator) for step, operator in steps}
        self._logs: dict[str, IO[bytes]] = {}
        self._tables: dict[str, SpillWriter] = {}
        self._kept_rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for log in self._logs.values():
            log.close()
        for table in self._tables.values():
            table.abandon()
        shutil.rmtree(self._partial, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """A file beside the stage that may be written while the stage is."""
        return self._partial.with_name(f"{self._partial.stem}.order{PARTIAL}")

    def table(self, name: str, schema: pa.Schema) -> SpillWriter:
        """Begin the rows of a table."""
        self._tables[name] = SpillWriter(self._partial / _rows_file(name), schema)
        return self._tables[name]

    def keep(self, name: str, table: SpilledTable) -> None:
        """Have a table of another stage in this one as it is: one more name for its file where the disk allows that."""
        place = self._partial / _rows_file(name)
        try:
            os.link(table.path, place)
        except OSError:
            shutil.copyfile(table.path, place)
        self._kept_rows += table.num_rows

    def artifact_folder(self) -> Path:
        """Make the folder for the artifact of this stage."""
        folder = self._partial / _ARTIFACT
        folder.mkdir()
        return folder

    def drop(self, step: str, row: str, reason: str) -> None:
        """Log a dropped row."""
        self.drop_all(step, [(row, reason)])

    def drop_all(self, step: str, rows: Sequence[tuple[str, str]]) -> None:
        """Log dropped rows, each with its reason."""
        self.ledgers[step].dropped.update([reason for _, reason in rows])
        self._write_log(step, _DROPPED, "reason", rows)

    def quarantine_all(self, step: str, rows: Sequence[tuple[str, str]]) -> None:
        """Log quarantined rows, each with its error."""
        self.ledgers[step].quarantined += len(rows)
        self._write_log(step, _QUARANTINED, "error", rows)

    def commit(self) -> Stage:
        """Assert every step's balance and put the stage in its place."""
        for ledger in self.ledgers.values():
            ledger.assert_balanced()
        self._assert_written()
        for log in self._logs.values():
            log.close()
        for table in self._tables.values():
            table.close()
        ledgers = [ledger.as_json() for ledger in self.ledgers.values()]
        content = {"ledgers": ledgers, "files": _sizes(self._partial)}
        (self._partial / _STAGE_FILE).write_bytes(json_bytes(content))
        return self._placed()

    def _placed(self) -> Stage:
        """Take the place of the stage, or find that another run has made the same one meanwhile."""
        if Stage.find(self.folder) is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self._partial.rename(self.folder)
        except OSError:
            if Stage.find(self.folder) is None:
                raise
        return Stage(self.folder)

    def _assert_written(self) -> None:
        """What the last step gave is what the tables hold."""
        written = sum(table.rows for table in self._tables.values()) + self._kept_rows
        *_, last = self.ledgers.values() or [None]
        if last is not None and last.rows_out != written:
            raise LedgerImbalanceError(f"Step `{last.step}` gave {last.rows_out:,} rows, and {written:,} were written.")

    def _write_log(self, step: str, kind: str, word: str, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        name = _log_file(list(self.ledgers).index(step), kind)
        if name not in self._logs:
            self._logs[name] = (self._partial / name).open("wb")
        lines = [json_bytes({"row": row, "step": step, word: why}) for row, why in rows]
        self._logs[name].write(b"\n".join([*lines, b""]))


class Stage:
    """A finished stage on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content: dict[str, Any] = orjson.loads((folder / _STAGE_FILE).read_bytes())
        self.ledgers = [StepLedger.from_json(ledger) for ledger in content["ledgers"]]
        self.files: dict[str, int] = content["files"]
        """The size of every other file of the stage."""

    @classmethod
    def find(cls, folder: Path) -> Stage | None:
        """Return the finished stage in ``folder``, or ``None`` where there is none, or one that is not whole."""
        try:
            stage = cls(folder)
            whole = stage.files == _sizes(folder)
            for name in stage.files if whole else ():
                if name.endswith(_ROWS):
                    SpilledTable(folder / name, folder.name)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return stage if whole else None

    def table(self, name: str) -> SpilledTable:
        """Return the rows of a table."""
        return SpilledTable(self.folder / _rows_file(name), f"{self.folder.name}:{name}")

    @property
    def artifact(self) -> Artifact:
        """What a fitting step left here."""
        return Artifact(self.folder / _ARTIFACT, self.folder.name)

    def dropped(self, step: str) -> Iterator[dict[str, str]]:
        """Yield the rows that a step dropped, in row order: ``row``, ``step`` and ``reason``."""
        return self._logged(step, _DROPPED)

    def quarantined(self, step: str) -> Iterator[dict[str, str]]:
        """Yield the rows that a step quarantined, in row order: ``row``, ``step`` and ``error``."""
        return self._logged(step, _QUARANTINED)

    def dropped_text(self, step: str) -> Iterator[bytes]:
        """Yield ``dropped`` as JSON Lines, in blocks."""
        return self._log_text(step, _DROPPED)

    def quarantined_text(self, step: str) -> Iterator[bytes]:
        """Yield ``quarantined`` as JSON Lines, in blocks."""
        return self._log_text(step, _QUARANTINED)

    def _logged(self, step: str, kind: str) -> Iterator[dict[str, str]]:
        path = self._log(step, kind)
        if path is not None:
            with path.open("rb") as lines:
                yield from map(orjson.loads, lines)

    def _log_text(self, step: str, kind: str) -> Iterator[bytes]:
        path = self._log(step, kind)
        if path is not None:
            with path.open("rb") as log:
                yield from iter(lambda: log.read(_LOG_BLOCK), b"")

    def _log(self, step: str, kind: str) -> Path | None:
        steps = [ledger.step for ledger in self.ledgers]
        path = self.folder / _log_file(steps.index(step), kind) if step in steps else None
        return path if path is not None and path.exists() else None


class StepLogs:
    """What one step dropped and quarantined, in all stages in which it ran."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages

    def dropped(self, step: str) -> Iterator[dict[str, str]]:
        """Yield the rows that the step dropped, in row order: ``row``, ``step`` and ``reason``."""
        return chain.from_iterable(stage.dropped(step) for stage in self._stages)

    def quarantined(self, step: str) -> Iterator[dict[str, str]]:
        """Yield the rows that the step quarantined, in row order: ``row``, ``step`` and ``error``."""
        return chain.from_iterable(stage.quarantined(step) for stage in self._stages)

    def dropped_text(self, step: str) -> Iterator[bytes]:
        """Yield ``dropped`` as JSON Lines, in blocks."""
        return chain.from_iterable(stage.dropped_text(step) for stage in self._stages)

    def quarantined_text(self, step: str) -> Iterator[bytes]:
        """Yield ``quarantined`` as JSON Lines, in blocks."""
        return chain.from_iterable(stage.quarantined_text(step) for stage in self._stages)


def _rows_file(table: str) -> str:
    return f"{table}{_ROWS}"


def _log_file(index: int, kind: str) -> str:
    return f"{index:03d}.{kind}.jsonl"


def _sizes(folder: Path) -> dict[str, int]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / _STAGE_FILE)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
