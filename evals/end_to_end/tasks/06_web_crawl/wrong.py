"""Wrong answers that the grader must reject."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...inputs.multilingual import passages
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    return {
        **ordinary(right, "source", "text"),
        **each_added(right, _unwanted(right)),
        **{f"not cleaned: {fault}": _raw(right, fault) for fault in ("email", "phone", "ip", "link", "emoji", "tags")},
        **{f"not cleaned: {fault}": _raw(right, fault) for fault in ("blanks", "mojibake")},
        "another mask": _rewritten(right, lambda text: text.replace("[EMAIL]", "<email>")),
        "digits are gone": _rewritten(right, lambda text: "".join(char for char in text if not char.isdigit())),
        "comparisons are taken for tags": _rewritten(right, lambda text: text.replace("< 12 and 40 >", "")),
        "accents are gone": _rewritten(right, lambda text: text.encode("ascii", "ignore").decode()),
        "comparisons are lost": _without(right, "comparison"),
        "mojibake is lost": _without(right, "mojibake"),
        "all addresses are lost": _without(right, "email"),
    }


def _unwanted(right: Output) -> dict[str, dict[str, Any]]:
    near = next(one for one in passages() if "near copy" in one.faults and one.id not in _ids(right))
    row = right.splits["train"][20]
    return {
        "a near copy is kept": {"id": near.id, "text": near.clean, "source": near.source},
        "an id is copied": {**row, "text": right.splits["train"][21]["text"] + " So."},
        "a text is copied": {**row, "id": "doc-99999"},
    }


def _ids(right: Output) -> set[str]:
    return {row["id"] for row in right.splits["train"]}


def _raw(right: Output, fault: str) -> Output:
    raw = {one.id: one.text for one in passages() if fault in one.faults and one.language == "en"}
    return everywhere(right, lambda row: {**row, "text": raw.get(row["id"], row["text"])})


def _rewritten(right: Output, change: Callable[[str], str]) -> Output:
    return everywhere(right, lambda row: {**row, "text": change(row["text"])})


def _without(right: Output, fault: str) -> Output:
    bad = {one.id for one in passages() if fault in one.faults}
    return edited(right, lambda rows: [row for row in rows if row["id"] not in bad])
