"""Wrong answers that the grader must reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...inputs.multilingual import passages
from ...inputs.passages import Passage
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    language = {one.id: one.language for one in passages()}
    scored = [one for one in passages() if one.score is not None]
    of_fault = {f: next(one for one in scored if f in one.faults and one.language == "en") for f in ("email", "phone")}
    unwanted = {
        f"a row in {name} is kept": next(p for p in scored if p.language == name and p.text) for name in ("th", "ja")
    }
    unwanted |= {f"a row with {fault} is kept": one for fault, one in of_fault.items()}
    unwanted["a row without a score is kept"] = next(p for p in passages() if p.score is None and p.language == "en")
    unwanted["a blank text is kept"] = next(p for p in scored if "no text" in p.faults)
    return {
        **ordinary(right, "source", "content"),
        **each_added(right, {name: _row(one) for name, one in unwanted.items()}),
        "addresses are masked": _masked(right, of_fault["email"]),
        "another language is lost": edited(right, lambda rows: [row for row in rows if language[row["id"]] != "vi"]),
        "only English is kept": edited(right, lambda rows: [row for row in rows if language[row["id"]] == "en"]),
        "the text has its old name": everywhere(right, lambda row: {"text": row.pop("content"), **row}),
        "year is kept": everywhere(right, lambda row: {**row, "year": 2000}),
        "the format is Parquet": replace(right, format="parquet"),
        "copies are dropped": _without_copies(right),
    }


def _row(one: Passage) -> dict[str, object]:
    return {"id": one.id, "content": one.text, "source": one.source, "score": one.score}


def _masked(right: Output, one: Passage) -> Output:
    return edited(right, lambda rows: [*rows, {**_row(one), "content": one.clean}])


def _without_copies(right: Output) -> Output:
    return edited(right, lambda rows: list({row["content"]: row for row in rows}.values()))
