"""What surrounds corpusmith on this machine: the workspace and its index, the sandbox, a model endpoint, the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ...engine.errors import UserError
from ...memory.workspace import Workspace
from ...sandbox.availability import INSTALL_BUBBLEWRAP, LANDLOCK_ABI_NEEDED, Availability
from .finding import Finding

ENDPOINT_VARIABLES = ("CORPUSMITH_BASE_URL", "CORPUSMITH_API_KEY", "CORPUSMITH_MODEL")
"""The variables of the OpenAI-compatible client. Only whether they are set is ever looked at."""
_LITTLE_SPACE = 1 << 30


def examine_workspace(flag: Path | None) -> Iterator[Finding]:
    """Yield the findings on the workspace, its operator index and the disk that it is on; nothing is made."""
    try:
        root = Workspace.locate(flag).root
    except UserError as error:
        yield Finding("workspace", "folder", "broken", error.what, error.fix)
        return
    there = _nearest_folder(root)
    writable = os.access(there, os.W_OK | os.X_OK)
    seen = str(root) if root.exists() else f"{root}, made when it is needed"
    mend = "" if writable else f"Make {there} writable, or name another folder with --workspace or CORPUSMITH_HOME"
    yield Finding(
        "workspace", "folder", "ok" if writable else "broken", seen if writable else f"{root}, not writable", mend
    )
    built = (root / "index" / "operators" / "current").is_file()
    yield Finding(
        "workspace", "operator index", "ok", "built" if built else "not built yet, the first search does that"
    )
    free = shutil.disk_usage(there).free
    enough = free >= _LITTLE_SPACE
    yield Finding(
        "workspace",
        "disk",
        "ok" if enough else "note",
        f"{free / (1 << 30):,.1f} GiB free",
        "" if enough else "Free some",
    )


def examine_sandbox(seen: Availability) -> Iterator[Finding]:
    """Yield the findings on what this machine could offer a sandbox. The base runs without one."""
    if seen.is_linux:
        bubblewrap = "not found" if seen.bubblewrap is None else seen.bubblewrap
        bubblewrap += f", does not start: {seen.bubblewrap_error}" if seen.bubblewrap_error else ""
        works = seen.bubblewrap is not None and not seen.bubblewrap_error
        missing = seen.bubblewrap is None and seen.advice != INSTALL_BUBBLEWRAP
        yield Finding("sandbox", "bubblewrap", "ok" if works else "note", bubblewrap, INSTALL_BUBBLEWRAP * missing)
        namespaces = {True: "allowed", False: "not allowed", None: "could not be tried"}[seen.user_namespaces]
        yield Finding("sandbox", "user namespaces", "ok" if seen.user_namespaces else "note", namespaces)
        landlock = "none" if seen.landlock_abi is None else f"ABI {seen.landlock_abi}"
        enough = (seen.landlock_abi or 0) >= LANDLOCK_ABI_NEEDED
        landlock += "" if enough else f", needed is {LANDLOCK_ABI_NEEDED}"
        yield Finding("sandbox", "Landlock", "ok" if enough else "note", landlock)
    offer = {
        "bubblewrap": "bubblewrap could be used",
        "landlock": "Landlock could be used; bubblewrap is stronger",
        "none": "none possible here; model-written code will not be run",
    }[seen.tier]
    yield Finding("sandbox", "offer", "note" if seen.advice else "ok", f"{offer} ({seen.system})", seen.advice)


def examine_endpoint() -> Iterator[Finding]:
    """Yield whether a model endpoint is configured; values of variables are never read out."""
    for name in ENDPOINT_VARIABLES:
        yield Finding(
            "model", name, "ok" if os.environ.get(name) else "note", "set" if os.environ.get(name) else "not set"
        )
    if not any(os.environ.get(name) for name in ENDPOINT_VARIABLES):
        yield Finding("model", "endpoint", "note", "none configured; the built-in rule planner works without a model")


def _nearest_folder(path: Path) -> Path:
    """``path``, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if os.access(folder, os.F_OK))
