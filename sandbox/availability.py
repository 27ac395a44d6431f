"""What this machine could offer a sandbox: a look that changes nothing and takes well under a second.

It is no proof that code is contained; only a run of hostile code in the finished sandbox is.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .launch.identity import is_real_root

LANDLOCK_ABI_NEEDED = 6
"""The first that also scopes signals and abstract Unix sockets; it came with Linux 6.12."""
KNOWN_MACHINES = ("x86_64", "AMD64")
INSTALL_BUBBLEWRAP = "apt-get install bubblewrap (Debian, Ubuntu) or dnf install bubblewrap (Fedora)"
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_VERSION_FLAG = 1
_SECONDS = 10
_NEW_USER_NAMESPACE = """
import ctypes, os, sys
outside = os.getuid()
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000):
    sys.exit(ctypes.get_errno() or 1)
try:
    with open("/proc/self/uid_map", "w") as uid_map:
        uid_map.write(f"{outside} {outside} 1")
except OSError as error:
    sys.exit(error.errno or 1)
"""
_SWITCHES = (
    ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=15000"),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
)


@dataclass(frozen=True)
class Availability:
    """What was seen. ``bubblewrap`` is its version, ``bubblewrap_error`` what it said when it could not start."""

    system: str
    is_linux: bool
    is_real_root: bool
    """Code is then confined under a user id that nobody has."""
    bubblewrap: str | None = None
    bubblewrap_error: str = ""
    user_namespaces: bool | None = None
    """Whether an ordinary process may make one; ``None`` where it could not be tried."""
    switch: str = ""
    """The command that allows user namespaces, where a setting of the kernel is seen to forbid them."""
    landlock_abi: int | None = None
    is_known_machine: bool = True
    """Whether the filter of system calls has been tried on this kind of processor."""

    @property
    def tier(self) -> Literal["bubblewrap", "landlock", "none"]:
        """The strongest tier that this machine could offer."""
        if not self.is_linux or not self.is_known_machine:
            return "none"
        if self.bubblewrap is not None and not self.bubblewrap_error:
            return "bubblewrap"
        return "landlock" if (self.landlock_abi or 0) >= LANDLOCK_ABI_NEEDED else "none"

    @property
    def advice(self) -> str:
        """What to do for the strongest tier; empty where it is there."""
        if self.tier == "bubblewrap":
            return ""
        if not self.is_linux:
            return "Use Linux, on a machine of its own or a virtual one; no other system is supported yet."
        if not self.is_known_machine:
            return "Use a machine with an x86-64 processor; no other has been tried yet."
        if self.user_namespaces is False and self.bubblewrap_error:
            return self.switch or "Allow user namespaces; inside a container, that is a setting of its runtime."
        if self.bubblewrap is None:
            return INSTALL_BUBBLEWRAP
        return "Find out why bubblewrap does not start: bwrap --unshare-all --ro-bind / / true"


def look() -> Availability:
    """Look at this machine."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    if sys.platform != "linux":
        return Availability(system, is_linux=False, is_real_root=False)
    version = _bubblewrap_version()
    return Availability(
        system,
        is_linux=True,
        is_real_root=is_real_root(),
        bubblewrap=version,
        bubblewrap_error=_bubblewrap_error() if version is not None else "",
        user_namespaces=_user_namespaces(),
        switch=next((command for name, off, command in _SWITCHES if _setting(name) == off), ""),
        landlock_abi=_landlock_abi(),
        is_known_machine=platform.machine() in KNOWN_MACHINES,
    )


def _bubblewrap_version() -> str | None:
    if shutil.which("bwrap") is None:
        return None
    code, said = _run(["bwrap", "--version"])
    return said.removeprefix("bubblewrap").strip() if code == 0 else "unknown"


def _bubblewrap_error() -> str:
    """What bubblewrap says when it is asked to run nothing in new namespaces; empty when it can."""
    code, said = _run(["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"])
    return "" if code == 0 else said or f"exit code {code}"


def _user_namespaces() -> bool | None:
    code, _ = _run([sys.executable, "-I", "-S", "-c", _NEW_USER_NAMESPACE])
    return None if code is None else code == 0


def _landlock_abi() -> int | None:
    libc = ctypes.CDLL(None, use_errno=True)
    found = int(libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION_FLAG))
    return found if found > 0 else None


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""


def _run(command: list[str]) -> tuple[int | None, str]:
    """Return the exit code, ``None`` where the command could not be run to its end, and the last line that it said."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{type(error).__name__}: {error}"
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return done.returncode, lines[-1] if lines else ""
