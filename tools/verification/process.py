"""The verifier as a process of its own: it gets a request file and leaves a result file, and shares nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from ...engine.errors import UserError
from .measure import measure_contract
from .output_on_disk import OutputOnDisk
from .request import VerificationRequest, VerificationResult, nothing_verified

_PACKAGE = __name__.rpartition(".")[0]
_PASSED_ON = ("PATH", "HOME", "TMPDIR")
_REQUEST, _RESULT, _ERRORS = "request.json", "result.json", "errors.txt"


def verify(request: VerificationRequest, *, timeout_s: float | None = None) -> VerificationResult:
    """Measure the request's contract in a child process and return one result per criterion.

    The child has a minimal environment and imports nothing from the working folder. When it crashes, takes longer than
    ``timeout_s`` seconds or answers for another contract, every check is unverified with the reason.
    """
    with tempfile.TemporaryDirectory(prefix="corpusmith-verify-") as name:
        folder = Path(name)
        (folder / _REQUEST).write_text(request.absolute().model_dump_json(), encoding="utf-8")
        why = _run(folder, timeout_s)
        return _collected(request, folder) if why is None else nothing_verified(request.contract, why)


def main(arguments: Sequence[str]) -> int:
    """Verify what the request file asks and write the result file, whole or not at all; 2 when the call is wrong."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m corpusmith.tools.verification REQUEST.json RESULT.json\n")
        return 2
    request_file, result_file = map(Path, arguments)
    request = VerificationRequest.model_validate_json(request_file.read_text(encoding="utf-8"))
    partial = result_file.with_name(result_file.name + ".partial")
    partial.write_text(_verified(request).model_dump_json(), encoding="utf-8")
    partial.replace(result_file)
    return 0


def _verified(request: VerificationRequest) -> VerificationResult:
    contract = request.contract
    try:
        output = OutputOnDisk(request)
    except UserError as error:
        return nothing_verified(contract, str(error))
    except Exception as error:
        return nothing_verified(contract, f"the output cannot be read: {type(error).__name__}: {error}")
    results = measure_contract(contract, output, request.scope)
    return VerificationResult(contract_hash=contract.hash, results=results)


def _run(folder: Path, timeout_s: float | None) -> str | None:
    """Run the child to its end; why there is no result, or ``None`` when there is one."""
    command = [sys.executable, "-P", "-m", _PACKAGE, str(folder / _REQUEST), str(folder / _RESULT)]
    with (folder / _ERRORS).open("wb") as errors:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            code = child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return f"the verifier took longer than {timeout_s:g} seconds"
        finally:
            _end(child)
    return None if code == 0 else f"the verifier ended with code {code}{_last_line(folder / _ERRORS)}"


def _environment() -> dict[str, str]:
    """What the child needs to find Python's packages and ours, and no key or setting of the person's."""
    package = sys.modules[_PACKAGE.split(".")[0]]
    root = Path(next(iter(package.__path__))).parent
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "PYTHONPATH": str(root), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _last_line(errors: Path) -> str:
    lines = [line for line in errors.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return f": {lines[-1][:200]}" if lines else ""


def _collected(request: VerificationRequest, folder: Path) -> VerificationResult:
    contract = request.contract
    try:
        result = VerificationResult.model_validate_json((folder / _RESULT).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        return nothing_verified(contract, f"the verifier left no result that can be read: {type(error).__name__}")
    asked = [criterion.id for criterion in contract.criteria]
    if result.contract_hash != contract.hash or [one.criterion for one in result.results] != asked:
        return nothing_verified(contract, "the verifier answered for another contract")
    return result
