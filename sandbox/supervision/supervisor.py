"""The supervisor: one thread that starts a confined tree, watches it, and ends it with everything that it started.

The thread lives as long as the tree. That matters beyond watching: the kernel kills the tree when the *thread* that started it
ends, so nothing outlives our process, whatever kills it.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ..launch.entry import GO, READY
from ..launch.job import Launch
from ..limits import Limits
from ..outcome import Ending, Outcome
from .endings import ending_of_code, machine_kills
from .quota import Used, used_of_nameless
from .streams import CappedStream
from .tree import children_of, kill_first, memory_shared_out, processes_below, use_of

_TICK_S = 0.02
_START_SECONDS = 60.0
_MOST_FOLDERS = 4


class Supervisor:
    """Runs one launch from its start to its end; ``on_end`` is called in its thread when nothing is left of the tree.

    ``on_end`` gets the ending and the open folders that count as disk (those for results first), and may return another
    ending.
    """

    def __init__(
        self,
        launch: Launch,
        limits: Limits,
        on_end: Callable[[Ending, list[int]], Ending],
        descriptors: tuple[int, ...] = (),
    ) -> None:
        self._launch, self._limits, self._on_end, self._descriptors = launch, limits, on_end, descriptors
        self._started = threading.Event()
        self._ended = threading.Event()
        self._stop, self._stopper = os.pipe()
        self._closing = threading.Lock()
        self._folders: list[int] = []
        self._first_inside: int | None = None
        self._began = 0.0
        self._peak = 0
        self._over: tuple[Outcome, str] | None = None
        self._ending: Ending | None = None
        self._thread = threading.Thread(target=self._run, name="corpusmith-supervisor", daemon=True)

    def start(self) -> None:
        """Start the tree and return when its first process exists; what follows is told by ``wait``."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """End the tree and wait until nothing of it is left; does nothing when it has ended."""
        with self._closing:
            if not self._ended.is_set():
                os.write(self._stopper, b"x")
        self._ended.wait()

    def wait(self, seconds: float | None = None) -> Ending | None:
        """Return how the tree ended, or ``None`` when it still runs after ``seconds``."""
        self._ended.wait(seconds)
        return self._ending

    def _run(self) -> None:
        try:
            ending = self._supervised()
        except Exception as error:  # the machine is out of something; the caller must hear of it and not wait for ever
            ending = self._ended_as("infrastructure", f"the sandbox failed: {type(error).__name__}: {error}")
        try:
            self._ending = self._on_end(ending, self._folders)
        except Exception as error:
            self._ending = self._ended_as("infrastructure", f"the results failed: {type(error).__name__}: {error}")
        for folder in self._folders:
            os.close(folder)
        with self._closing:
            os.close(self._stop)
            os.close(self._stopper)
            self._ended.set()
        self._started.set()

    def _supervised(self) -> Ending:
        kills = machine_kills()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                child = subprocess.Popen(
                    [*self._launch.command, str(theirs.fileno())],
                    pass_fds=(theirs.fileno(), *self._descriptors),
                    env={},
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            self._started.set()
            assert child.stdout is not None
            assert child.stderr is not None
            with child.stdout, child.stderr:
                kept = self._limits.output_bytes
                streams = [CappedStream(pipe.fileno(), kept) for pipe in (child.stdout, child.stderr)]
                try:
                    self._watch(child, ours, streams)
                finally:
                    self._kill(child)
                for stream in streams:
                    while stream.read():
                        pass
        out, err = (stream.content for stream in streams)
        self._look_at_files(child.pid)
        outcome, detail = self._over or self._end_of_code(child.returncode, err, machine_killed=machine_kills() > kills)
        return self._ended_as(outcome, detail, out, err)

    def _watch(self, child: subprocess.Popen[bytes], control: socket.socket, streams: list[CappedStream]) -> None:
        """Return when the first process has ended, or the tree must be ended."""
        process = os.pidfd_open(child.pid)
        try:
            with selectors.DefaultSelector() as selector:
                for stream in streams:
                    selector.register(stream.end, selectors.EVENT_READ, stream)
                for other in (self._stop, process, control):
                    selector.register(other, selectors.EVENT_READ)
                control.setblocking(False)
                with suppress(BrokenPipeError, ConnectionResetError):
                    control.send(self._launch.orders.encoded())
                self._watch_events(child, control, process, selector)
        finally:
            os.close(process)

    def _watch_events(
        self, child: subprocess.Popen[bytes], control: socket.socket, process: int, selector: selectors.BaseSelector
    ) -> None:
        born = next_look = time.monotonic()
        while self._over is None:
            ready = selector.select(_TICK_S)
            happened = {key.fileobj for key, _ in ready}
            for key, _ in ready:
                if isinstance(key.data, CappedStream) and not key.data.read():
                    selector.unregister(key.fileobj)
                elif isinstance(key.data, CappedStream) and key.data.total > self._limits.flood_bytes:
                    self._over = "output", f"it wrote more than {self._limits.flood_bytes:,} bytes to its output"
            if control in happened:
                selector.unregister(control)
                self._admit(child, control)
            if self._stop in happened:
                self._over = "error", "stopped"
            if process in happened:
                return
            now = time.monotonic()
            if now >= next_look:
                self._look(child, now, born)
                next_look = now + _TICK_S

    def _admit(self, child: subprocess.Popen[bytes], control: socket.socket) -> None:
        """Let the code start when its first code of ours says that it is confined."""
        try:
            said, self._folders, _, _ = socket.recv_fds(control, 1000, _MOST_FOLDERS)
        except OSError:
            return
        if said != READY:
            if said:
                self._over = "infrastructure", f"the sandbox could not be closed: {said.decode(errors='replace')}"
            return
        inside = children_of(child.pid) if self._launch.files_are_memory else [child.pid]
        if inside:
            self._first_inside = os.pidfd_open(inside[0])
        kill_first(processes_below(child.pid))
        self._began = time.monotonic()
        control.send(GO)
        control.close()

    def _look(self, child: subprocess.Popen[bytes], now: float, born: float) -> None:
        if not self._began:
            if now - born > _START_SECONDS:
                self._over = "infrastructure", f"the sandbox did not start within {_START_SECONDS:.0f} seconds"
            return
        if self._limits.seconds is not None and now - self._began > self._limits.seconds:
            self._over = "timeout", f"it took longer than {self._limits.seconds:g} seconds"
            return
        files = self._look_at_files(child.pid)
        self._look_at_memory(child.pid, files.size if self._launch.files_are_memory else 0)

    def _look_at_files(self, process: int) -> Used:
        limits = self._limits
        used = [self._launch.used(folder) for folder in self._folders]
        if not self._launch.files_are_memory:
            used.append(used_of_nameless(process))
        total = Used(sum(one.size for one in used), sum(one.files for one in used))
        if total.size > limits.disk_bytes:
            self._over = self._over or ("disk", f"it wrote more than {_megabytes(limits.disk_bytes)}")
        if total.files > limits.files:
            self._over = self._over or ("disk", f"it made more than {limits.files:,} files")
        return total

    def _look_at_memory(self, process: int, files: int) -> None:
        processes = list(processes_below(process))
        memory, tasks = use_of(processes)
        limit = self._limits.memory_bytes
        if memory + files > limit:
            memory = memory_shared_out(processes)
        self._peak = max(self._peak, memory + files)
        if memory + files > limit:
            self._over = self._over or ("out_of_memory", f"out of memory: it used more than {_megabytes(limit)}")
        if tasks > self._limits.tasks * 2:
            self._over = self._over or ("policy", f"it started more than {self._limits.tasks} tasks")

    def _kill(self, child: subprocess.Popen[bytes]) -> None:
        """Kill the tree and wait for its end: the first process of a pid namespace ends only after all others in it."""
        if self._first_inside is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first_inside, signal.SIGKILL)
        if child.poll() is None:
            child.kill()
        child.wait()
        if self._first_inside is not None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._first_inside, selectors.EVENT_READ)
                selector.select()
            os.close(self._first_inside)

    def _end_of_code(self, returncode: int, stderr: bytes, *, machine_killed: bool) -> tuple[Outcome, str]:
        if not self._began:
            words = stderr.decode(errors="replace").strip().splitlines()
            return "infrastructure", f"the sandbox did not start: {words[-1] if words else f'code {returncode}'}"
        return ending_of_code(returncode, stderr, machine_killed=machine_killed)

    def _ended_as(self, outcome: Outcome, detail: str, out: bytes = b"", err: bytes = b"") -> Ending:
        seconds = time.monotonic() - self._began if self._began else 0.0
        return Ending(outcome, detail, seconds, self._peak, out, err)


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB"
