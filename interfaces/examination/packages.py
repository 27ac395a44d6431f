"""The Python that runs, and the packages that corpusmith declares: there, missing, or of a version that does not do."""

from __future__ import annotations

import platform
import re
import shlex
import sys
from collections.abc import Iterator
from importlib import metadata

from ... import __version__
from .finding import Finding

OLDEST_PYTHON = (3, 11)
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*(?P<versions>[^;]*)(?:;(?P<marker>.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"](?P<extra>[^'\"]+)['\"]")
_PIP = "python -m pip install"


def examine_python() -> Iterator[Finding]:
    """Yield the findings on the interpreter and on corpusmith itself."""
    yield Finding("corpusmith", "version", "ok", __version__)
    enough = sys.version_info >= OLDEST_PYTHON
    needed = ".".join(map(str, OLDEST_PYTHON))
    seen = f"{platform.python_version()} ({platform.python_implementation()}) at {sys.executable}"
    yield Finding(
        "corpusmith",
        "Python",
        "ok" if enough else "broken",
        seen,
        "" if enough else f"Install Python {needed} or later",
    )


def examine_packages(requirements: list[str] | None = None) -> Iterator[Finding]:
    """Yield a finding for each base dependency, then one for each extra.

    ``requirements`` are those that corpusmith's own metadata lists, unless given.
    """
    if requirements is None:
        requirements = _declared()
        if not requirements:
            yield Finding("packages", "corpusmith", "broken", "it is not installed as a package", f"{_PIP} -e .")
    extras: dict[str, list[Finding]] = {}
    for requirement in requirements:
        extra = _EXTRA.search(requirement)
        if extra is None:
            yield _examined(requirement)
        else:
            extras.setdefault(extra["extra"], []).append(_examined(requirement))
    for name, findings in sorted(extras.items()):
        yield _extra(name, findings)


def _declared() -> list[str]:
    try:
        return metadata.requires("corpusmith") or []
    except metadata.PackageNotFoundError:
        return []


def _examined(requirement: str) -> Finding:
    parts = _REQUIREMENT.match(requirement)
    name, versions = (parts["name"], parts["versions"].strip()) if parts else (requirement, "")
    mend = f"{_PIP} {shlex.quote(name + versions)}"
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding("packages", name, "broken", "missing", mend)
    if not _suits(found, versions):
        return Finding("packages", name, "broken", f"{found}, needed is {versions}", mend)
    return Finding("packages", name, "ok", found)


def _suits(found: str, versions: str) -> bool:
    try:
        from packaging.specifiers import SpecifierSet
    except ImportError:
        return True
    return SpecifierSet(versions).contains(found, prereleases=True)


def _extra(name: str, findings: list[Finding]) -> Finding:
    missing = [finding.name for finding in findings if finding.state != "ok"]
    if not missing:
        return Finding("extras", name, "ok", f"{len(findings)} package{'s' * (len(findings) != 1)}")
    return Finding("extras", name, "note", f"missing: {', '.join(missing)}", f"{_PIP} 'corpusmith[{name}]'")
