"""``profile``: read the input once and say what is in it."""

from __future__ import annotations

from ...engine.events import ProfileReady
from ...tools.profile.profile import profile_source
from ..state import RunState
from ..workbench import Workbench


def profile(state: RunState, bench: Workbench) -> RunState:
    """Profile the input; raises ``UserError`` when it cannot be read."""
    found = profile_source(bench.source, bench.request.seed)
    notes = list(found.notes)
    if found.quarantined:
        notes.append(f"{found.quarantined:,} broken records were quarantined.")
    columns = {name: column.type for name, column in found.columns.items()}
    bench.emit(ProfileReady(rows=found.rows, columns={n: str(t) for n, t in columns.items()}, notes=notes))
    return {"profile": bench.keep(found)}
