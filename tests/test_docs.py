"""The operators' pages under ``docs`` are what the code says now; ``make docs`` writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMMITTED = Path(__file__).resolve().parents[1] / "docs" / "operators"


def test_the_operators_pages_are_up_to_date(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "corpusmith.interfaces.cli", "operators", "docs", "--out", str(tmp_path / "pages")]
    subprocess.run(command, check=True, capture_output=True)
    written = {page.name: page.read_text(encoding="utf-8") for page in (tmp_path / "pages").iterdir()}
    committed = {page.name: page.read_text(encoding="utf-8") for page in COMMITTED.iterdir()}
    assert written == committed, "run `make docs` and commit the pages"
