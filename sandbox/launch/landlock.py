"""The tier without namespaces: Landlock for files, signals and abstract sockets, seccomp for the rest, in one process.

Only threads can be started, so the tree is one process: nothing can outlive it. There is no socket at all, for Landlock does
not hold pathname sockets everywhere.
"""

from __future__ import annotations

import os

from ..supervision.quota import used_of_tree
from .job import Job, Launch, Orders, entry_command, environment, resource_limits, started_as
from .runtime import visible_paths
from .staging import Staging

_WRITABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_READABLE_DEVICES = ("/dev/random", "/dev/urandom")


class Landlock:
    """One process that can reach no file but what it is shown, and no other process."""

    name = "landlock"

    def launch(self, job: Job, staging: Staging) -> Launch:
        """Return how ``job`` is started; see ``Tier``."""
        paths, root = visible_paths(), staging.root
        command = started_as(staging.user, [*paths, str(root)], entry_command())
        writable = [str(root / "out"), str(root / "tmp"), *_WRITABLE_DEVICES]
        orders = Orders(
            environment=environment(str(root / "tmp")),
            folder=str(root),
            counted=[str(root / "out"), str(root / "tmp")],
            limits=resource_limits(job.limits, own_user=staging.user != os.geteuid()),
            landlock={
                "readable": [*paths, str(root / "in"), str(staging.script), *_READABLE_DEVICES],
                "writable": writable,
            },
            processes=False,
            descriptors=list(job.descriptors),
            script="" if job.module else str(staging.script),
            module=job.module,
            arguments=list(job.arguments),
        )
        return Launch(command, orders, used_of_tree, files_are_memory=False)
