"""``RunService``: start, resume, cancel and look at runs. Every interface goes through it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import orjson
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from ..engine.disk_errors import working_in
from ..engine.errors import UserError
from ..engine.events import ApprovalNeeded, Event, EventSink, RunFinished, RunStarted, discard
from ..engine.reading.input_files import list_input
from ..engine.registry import Registry
from ..memory.artifacts import FolderStore
from ..memory.catalogue import RunCatalogue, RunRecord
from ..memory.workspace import Workspace
from ..tools.run_folder import WORK, claimed, read_marker, write_marker
from .brain import Brain
from .graph import RECURSION_LIMIT, build_graph
from .request import RunRequest, check_spec
from .results import BAD_INPUT, OUR_ERROR, RunResult
from .state import RunState
from .workbench import Workbench

TRACE = "trace.jsonl"


class RunService:
    """Runs requests in one workspace. ``make_brain`` is called once per run, with the workspace's operators."""

    def __init__(self, workspace: Workspace, registry: Registry, make_brain: Callable[[], Brain]) -> None:
        self._workspace = workspace
        self._registry = registry
        self._make_brain = make_brain
        self._catalogue = RunCatalogue(workspace)
        self._tasks: dict[str, asyncio.Task[RunResult]] = {}

    async def start(self, request: RunRequest, emit: EventSink = discard) -> RunResult:
        """Run a request to its end, or to the point where it waits; goes on where an interrupted run of it stopped.

        Raises ``UserError`` for bad input, an output folder that holds something else, or a run that is under way there.
        """
        check_spec(request.spec)
        _check_data(request.data)
        with claimed(request.out, request.command_hash, request.data, force=request.force), working_in(request.out):
            run_id, resumed = _identify(request)
            task = asyncio.current_task()
            if task is not None:
                self._tasks[run_id] = task
            try:
                return await self._run(run_id, resumed, request, emit)
            finally:
                self._tasks.pop(run_id, None)

    def cancel(self, run_id: str) -> None:
        """Stop a run of this process; what it finished stays, and the same command continues it."""
        if run_id in self._tasks:
            self._tasks[run_id].cancel()

    def status(self, run_id: str) -> RunRecord:
        """Return what the catalogue knows of a run; raises ``UserError`` for an unknown one."""
        return self._catalogue.get(run_id)

    def runs(self) -> list[RunRecord]:
        """Return all runs of the workspace, newest first."""
        return self._catalogue.list()

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """Return the events of a run so far, oldest first."""
        trace = Path(self.status(run_id).out) / TRACE
        return [orjson.loads(line) for line in trace.read_bytes().splitlines()] if trace.exists() else []

    async def _run(self, run_id: str, resumed: bool, request: RunRequest, emit: EventSink) -> RunResult:
        self._catalogue.start(run_id, request.spec_origin or request.spec[:200], request.out)
        with (request.out / TRACE).open("ab" if resumed else "wb") as trace:
            send = _recording(trace.write, emit)
            send(RunStarted(run_id=run_id, spec=request.spec_origin or request.spec[:200], resumed=resumed))
            bench = Workbench(
                run_id, request, self._registry, self._make_brain(), FolderStore(request.out / WORK / "artifacts"), send
            )
            try:
                async with self._checkpoints(run_id) as saver:
                    result = await self._advance(bench, saver)
            except BaseException as error:
                code = BAD_INPUT if isinstance(error, UserError) else OUR_ERROR if isinstance(error, Exception) else 130
                self._catalogue.finish(run_id, "error", code)
                raise
            send(
                RunFinished(
                    status=result.status, exit_code=result.exit_code, out=str(request.out), summary=result.reason
                )
            )
        self._catalogue.finish(run_id, result.status, result.exit_code)
        return result

    def _checkpoints(self, run_id: str) -> AbstractAsyncContextManager[AsyncSqliteSaver]:
        return AsyncSqliteSaver.from_conn_string(str(self._workspace.threads / f"{run_id}.sqlite"))

    async def _advance(self, bench: Workbench, saver: AsyncSqliteSaver) -> RunResult:
        graph = build_graph(bench, saver)
        config: RunnableConfig = {"configurable": {"thread_id": bench.run_id}, "recursion_limit": RECURSION_LIMIT}
        before = await graph.aget_state(config)
        command: Any = None if before.next else RunState(repairs=0)
        if before.next == ("approve",) and bench.request.approve == "auto":
            command = Command(resume=before.values.get("pipeline_hash"))
        elif before.interrupts:
            return _waiting(bench, before.interrupts[0].value)
        await graph.ainvoke(command, config, durability="sync")
        after = await graph.aget_state(config)
        if after.interrupts:
            return _waiting(bench, after.interrupts[0].value)
        _forget_identity(bench.request)
        values: RunState = after.values  # type: ignore[assignment]
        return RunResult(bench.run_id, values["status"], values.get("reason", ""), bench.out)


def _waiting(bench: Workbench, question: dict[str, Any]) -> RunResult:
    """Say what the run waits for. It stays at that point until the same command answers it."""
    if question["kind"] == "approve":
        message = "Approve the plan by giving the same command with --approve auto."
        bench.emit(
            ApprovalNeeded(
                approval_id=f"{bench.run_id}:approve", pipeline_hash=question["pipeline_hash"], message=message
            )
        )
    else:
        asked = " ".join(f"{q['text']} ({' / '.join(q['options'])})" for q in question["questions"])
        message = f"{asked} Say it in the spec, or give --on-ambiguity assume."
    return RunResult(bench.run_id, "needs_input", message, bench.out)


def _recording(write: Callable[[bytes], object], emit: EventSink) -> EventSink:
    def send(event: Event) -> None:
        write(orjson.dumps(event.line()) + b"\n")
        emit(event)

    return send


def _check_data(data: list[Path]) -> None:
    if not data:
        raise UserError("No data is given.", fix="Name a file or a folder with --data.")
    list_input(data, [])


def _identify(request: RunRequest) -> tuple[str, bool]:
    """Return the run's id, and whether it continues an interrupted run of the same request on the same content."""
    content = request.content_hash()
    previous = read_marker(request.out)
    if previous.get("content") == content and previous.get("run_id"):
        return str(previous["run_id"]), True
    run_id = uuid.uuid4().hex[:12]
    write_marker(request.out, {"command": request.command_hash, "content": content, "run_id": run_id})
    return run_id, False


def _forget_identity(request: RunRequest) -> None:
    """After its end a run is not continued: the same command looks again, and reuses the stages that still hold."""
    write_marker(request.out, {"command": request.command_hash})
