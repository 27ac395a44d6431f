"""A text is free of one sort of dirt: markup, addresses, emoji, untidy white space, broken characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ....operator_library.text.emoji import emoji_count
from ....operator_library.text.links import url_count
from ....operator_library.text.markup import html_tag_count
from ....operator_library.text.unicode import unicode_problem_count
from ....operator_library.text.whitespace import whitespace_problem_count
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import texts_in

Dirt: TypeAlias = Literal["html", "urls", "emoji", "whitespace", "unicode"]


@dataclass(frozen=True)
class _Sort:
    """One sort of dirt: its measure, the operator that removes it, and texts that have it."""

    measure: Callable[[str], int]
    clean_up: str
    words: str
    dirty: Sequence[str]


_SORTS: Mapping[Dirt, _Sort] = {
    "html": _Sort(
        html_tag_count,
        "remove_html",
        "has no HTML",
        ("<p>a paragraph</p>", "a line<br/>break", "fish &amp; chips", "a <a href='x'>link</a>"),
    ),
    "urls": _Sort(
        url_count,
        "remove_urls",
        "has no web addresses",
        ("see https://example.com/a", "www.example.org", "HTTP://EXAMPLE.COM"),
    ),
    "emoji": _Sort(emoji_count, "remove_emoji", "has no emoji", ("well done 👍", "👩‍🚀", "🇫🇷")),
    "whitespace": _Sort(
        whitespace_problem_count,
        "normalize_whitespace",
        "has tidy white space",
        (" leading", "trailing ", "two  spaces", "a\n\n\n\nb", "a\r\nb", "a \nb"),
    ),
    "unicode": _Sort(
        unicode_problem_count,
        "normalize_unicode",
        "has clean Unicode",
        ("a\x00b", "a\x07b", "a\ufffdb", "zero\u200bwidth", "cafe\u0301", "\ufeffstart", "schÃ¶n"),
    ),
}


class CleanTextParams(RuleParams):
    """What the text is free of."""

    of: Dirt


class CleanText(RowRule[CleanTextParams]):
    """The library's measure of one sort of dirt is 0 for every text in the value; a missing text is clean."""

    name = "clean_text"
    summary = "The text is free of markup, addresses, emoji, untidy white space or broken characters."
    Params = CleanTextParams

    def describe(self, params: CleanTextParams) -> str:
        return _SORTS[params.of].words

    def holds(self, value: Any, params: CleanTextParams) -> bool:
        measure = _SORTS[params.of].measure
        return all(measure(text) == 0 for text in texts_in(value))

    def samples(self, params: CleanTextParams) -> RuleSamples:
        return RuleSamples(
            keeping=["A plain line.", "a < b and c > d", "Two lines,\n\none gap", ""],
            breaking=_SORTS[params.of].dirty,
        )

    def remedies(self, params: CleanTextParams, means: Means) -> Sequence[Remedy]:
        sort, bind = _SORTS[params.of], {"text": params.column}
        edit = Remedy(sort.clean_up, bind=bind, how="edit")
        drop = Remedy(f"{sort.measure.__name__}_filter", {"max": 0, "keep_missing": True}, bind)
        return {"any": (edit, drop), "edit": (edit,), "drop": (drop,)}[means]
