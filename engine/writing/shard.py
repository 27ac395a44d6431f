"""What every format of output implements: a shard that rows are appended to."""

from __future__ import annotations

from typing import Any, Protocol

import pyarrow as pa


class ByteSink(Protocol):
    """Where a shard's bytes go."""

    def write(self, content: Any, /) -> int:
        """Take all of ``content``."""
        ...

    def close(self) -> None:
        """Put the file on the disk for good."""
        ...


class OpenShard(Protocol):
    """A shard that rows can be appended to."""

    def write(self, rows: pa.Table) -> None:
        """Append a row group."""
        ...

    def close(self) -> None:
        """Complete the file, and close it."""
        ...
