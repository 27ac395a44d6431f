"""Logs in JSON Lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.engine.writing import write_jsonl


def test_rows_are_lines_in_order(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "deep" / "log.jsonl", ({"row": f"é{n}", "big": 2**70} for n in range(2)))
    content = (tmp_path / "deep" / "log.jsonl").read_text(encoding="utf-8")
    assert content == '{"row":"é0","big":1180591620717411303424}\n{"row":"é1","big":1180591620717411303424}\n'


def test_no_rows_are_an_empty_file(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "log.jsonl", [])
    assert (tmp_path / "log.jsonl").read_bytes() == b""


def test_invalid_unicode_in_an_error_message_does_not_stop_the_log(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "log.jsonl", [{"error": "bad \ud800"}])
    assert (tmp_path / "log.jsonl").read_bytes() == b'{"error":"bad ?"}\n'


def test_a_failing_source_of_rows_keeps_the_former_log(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "log.jsonl", [{"x": 1}])
    with pytest.raises(ZeroDivisionError):
        write_jsonl(tmp_path / "log.jsonl", ({"x": 1 / n} for n in (1, 0)))
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]
    assert (tmp_path / "log.jsonl").read_text() == '{"x":1}\n'
