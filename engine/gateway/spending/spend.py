"""The spend ledger: what every role and label called, what it got for nothing, and what it cost, over all resumes of a run."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from ...events import EventSink, TokensSpent, discard
from ...models import NO_USAGE, Usage
from ..keeping.sqlite_file import opened, using
from .own_time import OwnTime
from .prices import Prices

_BETWEEN_EVENTS_S = 0.5


class Account(NamedTuple):
    """What spending is booked under."""

    role: str
    label: str
    model: str


@dataclass
class Spent:
    """A sum. ``calls`` counts every attempt that was sent, ``retries`` those of them that were not the first."""

    calls: int = 0
    retries: int = 0
    failed: int = 0
    cached: int = 0
    merged: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0
    """Calls to models whose price is not known; their cost is missing in ``usd``."""
    seconds: float = 0.0
    """Time that attempts took, added up."""

    def add(self, other: Spent) -> None:
        """Add another sum to this one."""
        for field in _FIELDS:
            setattr(self, field, getattr(self, field) + getattr(other, field))

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.prompt_tokens + self.completion_tokens

    def as_json(self) -> dict[str, Any]:
        """Return the sum for the manifest; ``usd`` is ``None`` where a price is not known."""
        content = asdict(self)
        unpriced = content.pop("unpriced")
        return {**content, "usd": None if unpriced else round(self.usd, 9), "seconds": round(self.seconds, 3)}


_FIELDS = tuple(field.name for field in fields(Spent))
_KEY = ", ".join(Account._fields)
_COLUMNS = ", ".join(f"{name} NUMERIC NOT NULL" for name in _FIELDS)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS spend (
    role TEXT NOT NULL, label TEXT NOT NULL, model TEXT NOT NULL, {_COLUMNS}, PRIMARY KEY ({_KEY})
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own_time (one INTEGER PRIMARY KEY CHECK (one = 1), seconds REAL NOT NULL);
"""
_ADD = (
    f"INSERT INTO spend ({_KEY}, {', '.join(_FIELDS)}) VALUES ({', '.join('?' * (3 + len(_FIELDS)))}) "
    f"ON CONFLICT DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in _FIELDS)}"
)


class SpendLedger:
    """Adds up what is spent. With a ``path`` it goes on from what stands there, and every paid call is kept at once."""

    def __init__(self, prices: Prices, path: Path | None = None, emit: EventSink = discard) -> None:
        self.prices = prices
        self.total = Spent()
        self._accounts: dict[Account, Spent] = {}
        self._unkept: dict[Account, Spent] = {}
        self._emit = emit
        self._emitted_at = 0.0
        self._path = path
        self._file = opened(path, _SCHEMA) if path else None
        self._lock = threading.Lock()
        self.own_time = OwnTime(self._load())

    def called(self, account: Account, usage: Usage = NO_USAGE, *, seconds: float, retry: bool, failed: bool) -> None:
        """Book one attempt that was sent, before its answer is handed on."""
        price = self.prices.get(account.model)
        spent = Spent(
            calls=1,
            retries=int(retry),
            failed=int(failed),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            usd=price.of(usage) if price else 0.0,
            unpriced=int(price is None),
            seconds=seconds,
        )
        self._book(account, spent, keep=True)

    def saved(self, account: Account, *, cached: int = 0, merged: int = 0) -> None:
        """Book answers that cost nothing."""
        self._book(account, Spent(cached=cached, merged=merged), keep=False)

    def as_json(self) -> dict[str, Any]:
        """Return the total and every account, in a fixed order, for the manifest."""
        with self._lock:
            accounts = sorted(self._accounts.items())
            return {
                "total": self.total.as_json(),
                "accounts": [{**account._asdict(), **spent.as_json()} for account, spent in accounts],
            }

    def close(self) -> None:
        """Keep what is not kept yet and send the last figures; what is booked later is not kept."""
        with self._lock:
            if self._path and self._file:
                self._keep(own_time=True)
                with using(self._path):
                    self._file.close()
                self._file = None
        self._emit(self._event())

    def _book(self, account: Account, spent: Spent, *, keep: bool) -> None:
        with self._lock:
            self.total.add(spent)
            self._accounts.setdefault(account, Spent()).add(spent)
            if self._file:
                self._unkept.setdefault(account, Spent()).add(spent)
            now = time.monotonic()
            due = now - self._emitted_at >= _BETWEEN_EVENTS_S
            if keep or due:
                self._keep(own_time=due)
            if due:
                self._emitted_at = now
        if due:
            self._emit(self._event())

    def _keep(self, *, own_time: bool) -> None:
        if not (self._path and self._file):
            return
        rows = [(*account, *(getattr(spent, name) for name in _FIELDS)) for account, spent in self._unkept.items()]
        with using(self._path):
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(_ADD, rows)
            if own_time:
                self._file.execute("INSERT OR REPLACE INTO own_time VALUES (1, ?)", (self.own_time.seconds,))
            self._file.execute("COMMIT")
        self._unkept.clear()

    def _load(self) -> float:
        if not (self._path and self._file):
            return 0.0
        with using(self._path):
            for role, label, model, *sums in self._file.execute(f"SELECT {_KEY}, {', '.join(_FIELDS)} FROM spend"):
                spent = Spent(*sums)
                self._accounts[Account(role, label, model)] = spent
                self.total.add(spent)
            row = self._file.execute("SELECT seconds FROM own_time").fetchone()
        return float(row[0]) if row else 0.0

    def _event(self) -> TokensSpent:
        total = self.total
        return TokensSpent(
            calls=total.calls,
            cached=total.cached + total.merged,
            prompt_tokens=total.prompt_tokens,
            completion_tokens=total.completion_tokens,
            usd=None if total.unpriced else total.usd,
        )
