"""Finding IP addresses of version 4 and 6, and telling them from version numbers, times and code."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from .span import Span

_V4 = re.compile(r"(?<![A-Za-z0-9_])(?<![0-9A-Za-z]\.)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9_]|\.[0-9])")
_V6 = re.compile(
    r"(?<![A-Za-z0-9_:.])[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{2,38}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![A-Za-z0-9_:])"
)
_VERSION = re.compile(
    r"(?:\bv|version|versions|release|releases|build|section|chapter|§|clause|==|>=|<=|~=)\.?:?\s*\Z", re.IGNORECASE
)
_REACH = 16
# "3.2.2.5- Title", "3.2.2.5) Title": a mark right after the number and a word after that. Logs write "10.0.0.1 - - [".
_LINE_START = re.compile(r"[\n\r][ \t#*]*\Z")
_TITLE = re.compile(r"[\-\u2010-\u2014)][ \t]+[^\W\d_]{2}")
_LARGEST_SECTION = 50


def ip_spans(text: str) -> Iterator[Span]:
    """Yield the place of each IP address, in order.

    A number with four parts after a word such as "version" or "section" is none, nor is one that numbers a heading: at
    the start of a line, of parts from 1 to 50, with a dash or a bracket right after it and then a word. Of version 6,
    forms that are more often code (``::1``, ``a::b``) are none.
    """
    spans = [Span(*match.span()) for match in _V4.finditer(text) if _is_v4(match[0]) and not _is_other(text, match)]
    spans += [Span(*match.span()) for match in _V6.finditer(text) if _is_v6(match[0])]
    yield from sorted(spans)


def _is_v4(candidate: str) -> bool:
    try:
        ipaddress.IPv4Address(candidate)
    except ValueError:
        return False
    return True


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Say whether what stands around a number with four parts makes it a version or the number of a heading."""
    before = text[max(0, match.start() - _REACH) : match.start()]
    if _VERSION.search(before):
        return True
    small = all(1 <= int(part) <= _LARGEST_SECTION for part in match[0].split("."))
    line = before if match.start() > _REACH else f"\n{before}"
    return small and _LINE_START.search(line) is not None and _TITLE.match(text, match.end()) is not None


def _is_v6(candidate: str) -> bool:
    groups = [group for group in candidate.split(":") if group]
    begins_like_one = len(groups[0]) == 4 or len(groups) == 8
    if not begins_like_one or max(map(len, groups)) < 3 or not any(map(str.isdigit, candidate)):
        return False
    try:
        ipaddress.IPv6Address(candidate)
    except ValueError:
        return False
    return True
