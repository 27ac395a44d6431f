"""What turns a prompt into a request counts for the identity of operators that use prompts, and for no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.engine.declare import OPERATOR_ATTRIBUTE
from corpusmith.engine.identity import source_hash
from corpusmith.engine.operator import Operator
from corpusmith.operator_library.core.prompted.refinement import prompted_refinement
from corpusmith.operator_library.core.structs import pack_columns


@pytest.mark.parametrize(("changed", "counts"), [("prompts.py", True), ("fencing.py", True), ("errors.py", False)])
def test_a_change_in_how_prompts_become_requests_changes_who_uses_them(
    changed: str, counts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks: Operator = getattr(prompted_refinement, OPERATOR_ATTRIBUTE)
    packs: Operator = getattr(pack_columns, OPERATOR_ATTRIBUTE)
    before = source_hash(asks), source_hash(packs)
    read = Path.read_bytes
    monkeypatch.setattr(
        Path,
        "read_bytes",
        lambda path: read(path) + (b"\n" if (path.name, path.parent.name) == (changed, "engine") else b""),
    )
    assert (source_hash(asks) != before[0]) is counts
    assert source_hash(packs) == before[1]
