"""``corpusmith doctor``: what is installed, what is missing, and the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...sandbox.availability import look
from ..examination.finding import Finding, without_home
from ..examination.packages import examine_packages, examine_python
from ..examination.surroundings import examine_endpoint, examine_sandbox, examine_workspace
from ..rendering.doctor_text import findings_text
from ..terminal import console, print_json

BROKEN = 2


def examine(workspace: Path | None, *, as_json: bool) -> int:
    """Print the findings; 0 unless something that the base needs is broken, then 2."""
    findings = [
        finding._replace(detail=without_home(finding.detail), mend=without_home(finding.mend))
        for finding in _findings(workspace)
    ]
    broken = any(finding.state == "broken" for finding in findings)
    if as_json:
        print_json({"ok": not broken, "findings": [finding._asdict() for finding in findings]})
    else:
        screen = console()
        for part in findings_text(findings):
            screen.print(part)
    return BROKEN if broken else 0


def _findings(workspace: Path | None) -> Iterator[Finding]:
    yield from examine_python()
    yield from examine_packages()
    yield from examine_workspace(workspace)
    yield from examine_sandbox(look())
    yield from examine_endpoint()
