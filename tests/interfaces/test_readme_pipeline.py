"""The class in the README is a pipeline that passes the check and runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_class_in_the_readme_runs(corpusmith: Any, tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "clean.py").write_text(block, encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"text": "a  b"}\n', encoding="utf-8")
    ended = corpusmith(
        "pipeline", "run", tmp_path / "clean.py", "--data", tmp_path / "in.jsonl", "--out", tmp_path / "o"
    )
    assert ended.code == 0, ended.err
    assert {folder.name for folder in (tmp_path / "o" / "dataset").iterdir()} == {"rest", "clean"}
