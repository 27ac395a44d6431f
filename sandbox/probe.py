"""Finds the strongest tier that really holds on this machine, by attacking it; remembered until the machine changes."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import socket
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import attacks
from .availability import LANDLOCK_ABI_NEEDED, Availability, look
from .launch.job import Tier
from .limits import Limits
from .results.collection import Wanted
from .tiers import TIERS
from .trial import Trial, contents_of_trial

_LIMITS = Limits(seconds=30.0, memory_bytes=512 << 20, disk_bytes=8 << 20)
_NEW_USER_NAMESPACE = "import ctypes; ctypes.CDLL(None).unshare(0x10000000)"
_VARIABLE = "CORPUSMITH_PROBE"
_FILE = "sandbox.json"


@dataclass(frozen=True)
class Probed:
    """What the probe found: the ``tier`` that holds, ``none`` without one, and for each tier what is wrong with it if anything."""

    tier: str
    problems: dict[str, str]
    advice: str
    """What to do for the strongest tier; empty where it holds."""


def probe(cache: Path) -> Probed:
    """Return what holds on this machine: as remembered in the folder ``cache``, else by trying, which takes about a second."""
    identity, path = _identity(), cache / _FILE
    with suppress(OSError, ValueError, TypeError, KeyError):
        known = json.loads(path.read_bytes())
        if known["identity"] == identity:
            return Probed(**known["probed"])
    found = attack_tiers(look())
    with suppress(OSError):
        partial = path.with_suffix(f".{os.getpid()}.tmp")
        partial.write_text(json.dumps({"identity": identity, "probed": asdict(found)}), encoding="utf-8")
        partial.replace(path)
    return found


def attack_tiers(seen: Availability) -> Probed:
    """Attack every tier that the machine could offer, strongest first, until one holds."""
    problems: dict[str, str] = {}
    for name, tier in TIERS.items():
        problem = obstacle(name, seen) or hole(tier)
        if not problem:
            return Probed(name, problems, seen.advice)
        problems[name] = problem
    return Probed("none", problems, seen.advice)


def obstacle(name: str, seen: Availability) -> str:
    """Why a tier cannot even be tried; empty when it can."""
    if not seen.is_linux or not seen.is_known_machine:
        return f"it needs Linux on x86-64, and this is {seen.system}"
    if name == "bubblewrap":
        return "it is not installed" if seen.bubblewrap is None else seen.bubblewrap_error
    if (seen.landlock_abi or 0) < LANDLOCK_ABI_NEEDED:
        return f"it needs ABI {LANDLOCK_ABI_NEEDED} of Landlock, and this kernel has {seen.landlock_abi or 'none'}"
    return ""


def hole(tier: Tier) -> str:
    """What an attack achieves in a tier, or why it does not run; empty when it holds."""
    with ExitStack() as doors:
        targets = json.dumps(_open_doors(doors)).encode()
        script = Path(attacks.__file__).read_text(encoding="utf-8")
        trial = Trial(script, {"targets.json": targets}, Wanted(("result.json",)), _LIMITS)
        result, files = contents_of_trial(tier, trial)
    if result.ending.outcome != "ok":
        words = result.ending.stderr.decode(errors="replace").strip().splitlines()
        return f"an ordinary script ends as {result.ending.outcome}: {words[-1] if words else result.ending.detail}"
    if achieved := json.loads(files["result.json"]):
        return f"hostile code can {', '.join(achieved)}"
    escaped, _ = contents_of_trial(tier, Trial(_NEW_USER_NAMESPACE, limits=_LIMITS))
    return "" if escaped.ending.outcome == "policy" else "hostile code can make namespaces of its own"


def _open_doors(doors: ExitStack) -> dict[str, Any]:
    """Set up what the attacks are after, each of which succeeds outside."""
    folder = Path(doors.enter_context(tempfile.TemporaryDirectory(prefix="corpusmith-")))
    folder.chmod(0o777)
    secret = folder / "secret"
    secret.write_text("seen", encoding="utf-8")
    secret.chmod(0o666)
    abstract = f"corpusmith-{secrets.token_hex(8)}"
    tcp = doors.enter_context(socket.create_server(("127.0.0.1", 0)))
    for address in (f"\0{abstract}", str(folder / "socket")):
        listener = doors.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(address)
        listener.listen()
    (folder / "socket").chmod(0o777)
    os.environ[_VARIABLE] = "seen"
    doors.callback(os.environ.pop, _VARIABLE, None)
    return {
        "secret": str(secret),
        "folder": str(folder),
        "process": os.getpid(),
        "port": tcp.getsockname()[1],
        "abstract": abstract,
        "pathname": str(folder / "socket"),
        "variable": _VARIABLE,
    }


def _identity() -> list[str]:
    """What the answer depends on: this boot, the kernel, bubblewrap, the interpreter, who we are, and our own code."""
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    program = shutil.which("bwrap")
    stamp = str(Path(program).stat().st_mtime_ns) if program else ""
    own = max(path.stat().st_mtime_ns for path in Path(__file__).parent.rglob("*.py"))
    namespaces = ""
    with suppress(OSError):
        namespaces = str(Path("/proc/self/ns/user").readlink())
    return [boot, platform.release(), program or "", stamp, sys.executable, str(os.geteuid()), namespaces, str(own)]
