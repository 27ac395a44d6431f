"""``RunService``: start, resume, cancel and look at runs. Every interface goes through it."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import orjson
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from ..engine.errors import UserError
from ..engine.events import ApprovalNeeded, Event, EventSink, RunFinished, RunStarted, discard
from ..engine.registry import Registry
from ..memory.artifacts import FolderStore
from ..memory.catalogue import RunCatalogue, RunRecord
from ..memory.lease import Lease
from ..memory.workspace import Workspace
from .brain import Brain
from .graph import RECURSION_LIMIT, build_graph
from .request import RunRequest, check_spec
from .results import BAD_INPUT, OUR_ERROR, RunResult
from .state import RunState
from .workbench import WORK, Workbench

TRACE = "trace.jsonl"
_RUN = "run.json"
_OURS = frozenset({
    "spec.md", "contract.json", "pipeline.yaml", "pipeline.py", "operators", "dataset", "quarantine.jsonl", "dropped.jsonl",
    "report.html", "report.json", "manifest.json", TRACE, WORK,
})  # fmt: skip


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
        _claim(request)
        with Lease(request.out / WORK):
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
        command: Any = None if before.next else RunState()
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
    for path in data:
        if not path.exists():
            raise UserError(f"There is no {path}.", fix="Check the path given with --data.")


def _claim(request: RunRequest) -> None:
    """Make the output folder ours: new, empty, or left by the same command. Anything else needs ``force``."""
    out = request.out
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file.", fix="Name a folder with --out.")
    for path in request.data:
        if out.resolve() in (path.resolve(), *path.resolve().parents):
            raise UserError(
                "The output folder holds the input.", f"{path} lies in {out}.", "Choose another --out folder."
            )
    present = {entry.name for entry in out.iterdir()} if out.exists() else set()
    previous = _previous(out)
    if present and not request.force:
        if previous is None:
            raise UserError(
                f"The folder {out} is not empty, and no run made it.",
                fix="Choose another --out folder, or give --force.",
            )
        if previous.get("command") != request.command_hash:
            raise UserError(
                f"The folder {out} holds another run.",
                fix="Choose another --out folder, or give --force to replace it.",
            )
    try:
        if request.force and previous is not None and previous.get("command") != request.command_hash:
            _clear(out, present)
        (out / WORK).mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):
            raise PermissionError(f"no permission to write to {out}")
        (out / WORK / _RUN).write_bytes(orjson.dumps({**(previous or {}), "command": request.command_hash}))
    except OSError as error:
        raise UserError(f"Cannot write to {out}.", str(error), "Choose another --out folder.") from error


def _clear(out: Path, present: set[str]) -> None:
    """Remove what a former run left; files of anybody else stay."""
    for name in present & _OURS:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _previous(out: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = orjson.loads((out / WORK / _RUN).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found


def _identify(request: RunRequest) -> tuple[str, bool]:
    """Return the run's id, and whether it continues an interrupted run of the same request on the same content."""
    content = request.content_hash()
    previous = _previous(request.out) or {}
    if previous.get("content") == content and previous.get("run_id"):
        return str(previous["run_id"]), True
    run_id = uuid.uuid4().hex[:12]
    _remember(request, {"command": request.command_hash, "content": content, "run_id": run_id})
    return run_id, False


def _forget_identity(request: RunRequest) -> None:
    """After its end a run is not continued: the same command looks again, and reuses the stages that still hold."""
    _remember(request, {"command": request.command_hash})


def _remember(request: RunRequest, content: dict[str, Any]) -> None:
    path = request.out / WORK / _RUN
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(orjson.dumps(content))
    partial.rename(path)
