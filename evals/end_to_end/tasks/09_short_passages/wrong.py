"""Wrong answers that the grader must reject."""

from __future__ import annotations

from pathlib import Path

from ...inputs.multilingual import passages
from ...inputs.passages import Passage
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary, with_cell


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    good = [one for one in passages() if one.score is not None and 0 <= one.score <= 1 and one.source != "blog"]
    english = [one for one in good if one.language == "en" and one.text and one.clean]
    unwanted = {
        "an address stands at the end": next(one for one in english if "email" in one.faults),
        "a text with emoji is kept": next(one for one in english if "emoji" in one.faults),
        "a text is too long": next(one for one in english if len(one.clean) > 450 and not one.faults),
        "a sentence stands alone": next(one for one in english if one.clean.count(".") + one.clean.count("?") == 1),
        "there are too many sentences": next(one for one in english if one.clean.count(". ") > 6),
        "a blog is kept": next(one for one in passages() if one.source == "blog" and one.language == "en"),
        "a score of 1.7 is kept": next(one for one in passages() if one.score == 1.7 and one.language == "en"),
        "a hole in score is kept": next(one for one in passages() if one.score is None and one.language == "en"),
    }
    return {
        **ordinary(right, "source", "text"),
        **each_added(right, {name: _row(one) for name, one in unwanted.items()}),
        "year is a number": everywhere(right, lambda row: {**row, "year": int(row["year"])}),
        "year is a fraction in text": everywhere(right, lambda row: {**row, "year": f"{row['year']}.0"}),
        "there are too few rows": edited(right, lambda rows: rows[:99]),
        "emoji are removed": edited(right, lambda rows: [*rows, _cleaned(unwanted["a text with emoji is kept"])]),
        "a text ends otherwise": with_cell(right, "text", lambda old: f"{old} "),
    }


def _row(one: Passage) -> dict[str, object]:
    return {"id": one.id, "text": one.text, "source": one.source, "score": one.score, "year": str(one.year)}


def _cleaned(one: Passage) -> dict[str, object]:
    return {**_row(one), "text": one.clean}
