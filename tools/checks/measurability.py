"""When a check cannot be measured at all, and who says so."""

from __future__ import annotations

from collections.abc import Iterable

from .template import Measurement
from .view import Output
from .wording import columns_named

NO_ROWS = Measurement("unverified", "the output has no rows")


def obstacle(output: Output, columns: Iterable[str] = ()) -> Measurement | None:
    """Return why nothing can be measured (no rows, a column that is not there), or ``None`` when it can."""
    if not output.rows.num_rows:
        return NO_ROWS
    missing = missing_columns(output, columns)
    verb = "is" if len(missing) == 1 else "are"
    return Measurement("unverified", f"{columns_named(missing)} {verb} not in the output") if missing else None


def missing_columns(output: Output, columns: Iterable[str]) -> list[str]:
    """Return the columns that the output does not have."""
    present = set(output.rows.schema.names)
    return [name for name in columns if name not in present]
