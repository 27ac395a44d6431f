"""The catalogue of runs: one line per run in a SQLite file that many processes may read and write at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..engine.errors import UserError, did_you_mean
from .workspace import Workspace

RUNNING = "running"
_WAIT_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    out TEXT NOT NULL,
    status TEXT NOT NULL,
    exit_code INTEGER,
    pipeline_hash TEXT,
    started TEXT NOT NULL,
    finished TEXT
)
"""
_COLUMNS = "run_id, spec, out, status, exit_code, pipeline_hash, started, finished"


@dataclass(frozen=True)
class RunRecord:
    """One run. ``status`` is ``running`` until the run ends; the times are in UTC."""

    run_id: str
    spec: str
    out: str
    status: str
    exit_code: int | None
    pipeline_hash: str | None
    started: datetime
    finished: datetime | None


class RunCatalogue:
    """The runs of a workspace, in ``runs/catalogue.sqlite``."""

    def __init__(self, workspace: Workspace) -> None:
        self._path = workspace.runs / "catalogue.sqlite"
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_SCHEMA)

    def start(self, run_id: str, spec: str, out: Path) -> None:
        """Record that a run begins. A run that is known goes on: its first start stays, its outcome is cleared."""
        with self._connection() as connection:
            connection.execute(
                f"INSERT INTO runs ({_COLUMNS}) VALUES (?, ?, ?, ?, NULL, NULL, ?, NULL) "
                "ON CONFLICT (run_id) DO UPDATE SET spec = excluded.spec, out = excluded.out, "
                "status = excluded.status, exit_code = NULL, pipeline_hash = NULL, finished = NULL",
                (run_id, spec, str(out), RUNNING, _now()),
            )

    def finish(self, run_id: str, status: str, exit_code: int, pipeline_hash: str | None = None) -> None:
        """Record how a run ended. Raises ``UserError`` for a run that was never started."""
        with self._connection() as connection:
            changed = connection.execute(
                "UPDATE runs SET status = ?, exit_code = ?, pipeline_hash = ?, finished = ? WHERE run_id = ?",
                (status, exit_code, pipeline_hash, _now(), run_id),
            ).rowcount
        if not changed:
            raise self._unknown(run_id)

    def list(self) -> list[RunRecord]:
        """Return all runs, the latest start first."""
        with self._connection() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY started DESC, rowid DESC").fetchall()
        return [_record(row) for row in rows]

    def get(self, run_id: str) -> RunRecord:
        """Return a run, or raise ``UserError`` with the nearest id."""
        with self._connection() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        if row is None:
            raise self._unknown(run_id)
        return _record(row)

    def forget(self, run_id: str) -> None:
        """Remove a run from the catalogue; its output folder stays. Raises ``UserError`` for an unknown run."""
        with self._connection() as connection:
            changed = connection.execute("DELETE FROM runs WHERE run_id = ?", (run_id,)).rowcount
        if not changed:
            raise self._unknown(run_id)

    def _unknown(self, run_id: str) -> UserError:
        return UserError(f"There is no run `{run_id}`.", fix=did_you_mean(run_id, (run.run_id for run in self.list())))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One short connection per call: the catalogue may be used from any thread, and after a fork.
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _record(row: sqlite3.Row) -> RunRecord:
    fields = dict(row)
    started, finished = fields.pop("started"), fields.pop("finished")
    ended = datetime.fromisoformat(finished) if finished else None
    return RunRecord(**fields, started=datetime.fromisoformat(started), finished=ended)
