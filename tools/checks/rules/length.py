"""How long a text is, in one of five units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator

from ....operator_library.text.lengths import character_count, line_count, paragraph_count, word_count
from ....operator_library.text.sentences import sentence_count
from ..template import Interval, Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import text_or_none
from ..wording import bounds

Unit: TypeAlias = Literal["characters", "words", "sentences", "lines", "paragraphs"]

MEASURES: Mapping[Unit, Callable[[str], int]] = {
    "characters": character_count,
    "words": word_count,
    "sentences": sentence_count,
    "lines": line_count,
    "paragraphs": paragraph_count,
}
_PIECES: Mapping[Unit, tuple[str, str]] = {
    "characters": ("x", ""),
    "words": ("word", " "),
    "sentences": ("This is a sentence.", " "),
    "lines": ("A line", "\n"),
    "paragraphs": ("A paragraph", "\n\n"),
}
_LONGEST = 10_000_000


class LengthParams(RuleParams):
    """The unit and the bounds, both inclusive; at least one bound that asks for something."""

    unit: Unit
    min: Annotated[int | None, Field(ge=0, le=_LONGEST)] = None
    max: Annotated[int | None, Field(ge=0, le=_LONGEST)] = None

    @model_validator(mode="after")
    def _ordered(self) -> LengthParams:
        if not self.min and self.max is None:
            raise ValueError("give `min` of 1 or more, or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` ({self.min}) is above `max` ({self.max})")
        return self


class Length(RowRule[LengthParams]):
    """The text's length lies within bounds; a missing text has length 0."""

    name = "length"
    summary = "The text is long or short enough."
    Params = LengthParams

    def describe(self, params: LengthParams) -> str:
        return f"has {bounds(params.min, params.max, params.unit.removesuffix('s'))}"

    def holds(self, value: Any, params: LengthParams) -> bool:
        length = MEASURES[params.unit](text_or_none(value) or "")
        return (params.min or 0) <= length and (params.max is None or length <= params.max)

    def samples(self, params: LengthParams) -> RuleSamples:
        low, high = params.min or 0, params.max
        kept = {low, low + 1, (low + high) // 2, high} if high is not None else {low, low + 1, 2 * low}
        broken = ([low - 1] if low else []) + ([] if high is None else [high + 1])
        return RuleSamples(
            keeping=[_text(params.unit, length) for length in sorted(kept) if high is None or length <= high],
            breaking=[_text(params.unit, length) for length in broken] + ([None] if low else []),
        )

    def remedies(self, params: LengthParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        settings = {"min": params.min, "max": params.max, "keep_missing": not params.min}
        return (Remedy(f"{params.unit.removesuffix('s')}_count_filter", settings, {"text": params.column}),)

    def intervals(self, params: LengthParams) -> Sequence[Interval]:
        own = Interval(f"{params.unit} of `{params.column}`", params.min, params.max)
        if params.unit == "words" and params.min:
            # So many words, and the white space between them, need at least this many characters.
            return (own, Interval(f"characters of `{params.column}`", 2 * params.min - 1, None))
        return (own,)


def _text(unit: Unit, length: int) -> str:
    piece, joint = _PIECES[unit]
    return joint.join([piece] * length)
