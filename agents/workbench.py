"""The workbench: what every node works with, and the artefacts that they hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel

from ..engine.context import Store
from ..engine.errors import UserError
from ..engine.events import EventSink
from ..engine.execution.executor import ExecutionOptions
from ..engine.execution.ledger import RowLedger
from ..engine.pipeline import Pipeline
from ..engine.reading import Source, open_source
from ..engine.registry import Registry
from ..engine.writing import ShardFile
from ..tools.contract.model import Contract
from ..tools.contract.subject import Subject
from ..tools.profile.model import InputProfile
from ..tools.profile.profile import identifiers, text_candidates
from ..tools.run_folder import WORK
from .brain import Brain
from .request import RunRequest
from .state import RunState

M = TypeVar("M", bound=BaseModel)

EXECUTION = "execution.json"


@dataclass
class Workbench:
    """One run's request and services. Nothing here survives a crash: what must survive is in the state or the store."""

    run_id: str
    request: RunRequest
    registry: Registry
    brain: Brain
    store: Store
    emit: EventSink
    services: Mapping[str, Any] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        """The run folder."""
        return self.request.out

    @property
    def work(self) -> Path:
        """The run's working folder."""
        return self.out / WORK

    @property
    def options(self) -> ExecutionOptions:
        """How pipelines are executed."""
        return ExecutionOptions(
            workers=self.request.workers, max_error_share=self.request.max_bad_share, services=self.services
        )

    @property
    def options_for_rehearsal(self) -> ExecutionOptions:
        """As ``options``, but the rows are kept after every step, and hostile rows may all be quarantined."""
        return replace(self.options, snapshots=True, max_error_share=1.0)

    def keep_execution(self, ledger: RowLedger, shards: Sequence[ShardFile]) -> None:
        """Keep what the full run did, for the report."""
        files = [{**shard._asdict(), "path": shard.path.name} for shard in shards]
        (self.work / EXECUTION).write_bytes(orjson.dumps({"ledger": ledger.as_json(), "shards": files}))

    def execution(self) -> dict[str, Any]:
        """Return the row ledger and the shards of the full run."""
        found: dict[str, Any] = orjson.loads((self.work / EXECUTION).read_bytes())
        return found

    @cached_property
    def source(self) -> Source:
        """The input. Raises ``UserError`` when it cannot be read or holds no rows."""
        source = open_source(self.request.data, max_bad_share=self.request.max_bad_share)
        if not source.rows:
            named = ", ".join(str(path) for path in self.request.data)
            raise UserError("The input has no rows.", f"Read from {named}.", "Give --data with at least one record.")
        return source

    def keep(self, model: BaseModel) -> str:
        """Put a model into the artefact store and return its hash."""
        return self.store.put(model.model_dump_json().encode())

    def recall(self, content_hash: str, kind: type[M]) -> M:
        """Return the model with this hash."""
        return kind.model_validate_json(self.store.get(content_hash))

    def contract(self, state: RunState) -> Contract:
        """Return the frozen contract."""
        return self.recall(state["contract"], Contract)

    def pipeline(self, state: RunState) -> Pipeline:
        """Return the pipeline as it was coded."""
        return self.recall(state["pipeline"], Pipeline)

    def subject(self, state: RunState) -> Subject:
        """Return what the brain is told of the input."""
        profile = self.recall(state["profile"], InputProfile)
        return Subject(
            columns={name: column.type for name, column in profile.columns.items()},
            text_column=profile.text_column,
            rows=profile.rows,
            values={name: frozenset(column.values) for name, column in profile.columns.items() if column.values},
            identifiers=frozenset(identifiers(profile.columns)),
            text_candidates=tuple(text_candidates(profile.columns)),
        )
