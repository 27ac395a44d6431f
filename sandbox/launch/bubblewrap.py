"""The tier of namespaces: bubblewrap, with seccomp, limits and the supervisor on top."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from ..supervision.quota import used_of_mount
from .identity import INSIDE_USER
from .job import Job, Launch, Orders, entry_command, environment, resource_limits, started_as
from .runtime import visible_paths
from .staging import Staging

_ROOM = 2 << 20
"""How much a file system in memory is larger than its quota, so that its overflow is seen before its end."""
_DEVICES = ("null", "zero", "full", "random", "urandom")
COUNTED = ["/out", "/tmp", "/dev/shm"]


class Bubblewrap:
    """Everything in new namespaces: users, processes, network, mounts, IPC, host name, control groups."""

    name = "bubblewrap"

    def launch(self, job: Job, staging: Staging) -> Launch:
        """Return how ``job`` is started; see ``Tier``."""
        paths = visible_paths()
        program = shutil.which("bwrap") or "/usr/bin/bwrap"
        command = [program, *_namespaces(), *_mounts(job, staging, paths), "--chdir", "/", "--", *entry_command()]
        orders = Orders(
            environment=environment("/tmp"),
            folder="/",
            counted=COUNTED,
            limits=resource_limits(job.limits, own_user=True),
            landlock=None,
            processes=True,
            descriptors=list(job.descriptors),
            script="" if job.module else "/script.py",
            module=job.module,
            arguments=list(job.arguments),
        )
        command = started_as(staging.user, [*paths, program, str(staging.root)], command)
        return Launch(command, orders, used_of_mount, files_are_memory=True)


def _namespaces() -> list[str]:
    user = str(INSIDE_USER)
    switches = [
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
    ]
    return [*switches, "--cap-drop", "ALL", "--uid", user, "--gid", user, "--hostname", "sandbox"]


def _mounts(job: Job, staging: Staging, paths: list[str]) -> Iterator[str]:
    yield from ("--proc", "/proc", "--remount-ro", "/proc", "--tmpfs", "/dev")
    for name in _DEVICES:
        yield from ("--dev-bind", f"/dev/{name}", f"/dev/{name}")
    yield from ("--symlink", "/proc/self/fd", "/dev/fd")
    for path in COUNTED:
        yield from ("--size", str(job.limits.disk_bytes + _ROOM), "--tmpfs", path)
    for path in paths:  # after the empty /tmp, for the interpreter may stand below it
        yield from ("--ro-bind", path, path)
    yield from ("--ro-bind", str(staging.root / "in"), "/in")
    if not job.module:
        yield from ("--ro-bind", str(staging.script), "/script.py")
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")
