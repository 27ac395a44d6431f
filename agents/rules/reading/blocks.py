"""Blocks: the headings, paragraphs, items, table rows and code of a spec written in Markdown or as plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

BlockKind: TypeAlias = Literal["heading", "paragraph", "item", "table", "code"]


@dataclass
class Block:
    """One block; ``level`` is a heading's depth or an item's indentation."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
_CLOSING_HASHES = re.compile(r"[ \t]+#+$")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_ITEM = re.compile(
    r"([ \t]*)(?:[-*+•–·]|\(?\d{1,3}[.)]|\(?[a-z][.)]|(?:§[ ]?)?\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=[ \t]+[A-Z`*])|[A-Z]{1,4}-?\d{1,3}[.:)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)"
)
_TABLE = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,}$")
_TABLE_RULE = re.compile(r"[ \t:|-]+$")
_KEY = re.compile(r"[ \t]*[A-Za-z][\w ./-]{0,40}:(?:[ \t]|$)")
_TAIL = re.compile(r"(?:are|is|must|should|shall|have|has|need|needs|go|goes|will|can|may)\b")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")


def blocks_of(spec: str) -> list[Block]:
    """Return the blocks of a spec in order; blank lines and rules are left out."""
    blocks: list[Block] = []
    fence: str | None = None
    blank = False
    for start, end in _lines(spec):
        line = spec[start:end]
        opening = _FENCE.match(line)
        if fence is not None:
            blocks[-1].end = end
            if opening and opening.group(1) == fence:
                fence = None
            continue
        if opening:
            fence = opening.group(1)
            blocks.append(Block("code", start, end))
        elif not line.strip():
            blank = True
            continue
        else:
            _add_line(blocks, spec, start, end, blank)
        blank = False
    return blocks


def _add_line(blocks: list[Block], spec: str, start: int, end: int, blank: bool) -> None:
    quote = _QUOTE.match(spec, start, end)
    start = quote.end() if quote else start
    line = spec[start:end]
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if _RULE.match(line):
        if blocks and blocks[-1].kind == "paragraph" and not blank and line.lstrip()[:1] in "=-":
            blocks[-1].kind, blocks[-1].level = "heading", 1 if "=" in line else 2
    elif heading:
        closing = _CLOSING_HASHES.search(line)
        stop = start + closing.start() if closing else end
        blocks.append(Block("heading", start + heading.end(), stop, len(heading.group(1))))
    elif _TABLE.match(line):
        if not _TABLE_RULE.match(line):
            blocks.append(Block("table", start, end))
    elif item:
        indent = len(item.group(1).expandtabs(4))
        blocks.append(Block("item", start + item.end(), end, indent))
    elif _continues(blocks, spec, start, end, blank):
        blocks[-1].end = end
    else:
        blocks.append(Block("paragraph", start, end))


def _continues(blocks: list[Block], spec: str, start: int, end: int, blank: bool) -> bool:
    if not blocks or blank or blocks[-1].kind not in ("paragraph", "item"):
        return False
    previous = blocks[-1]
    if previous.kind == "item" and spec[start] not in " \t":
        if _TAIL.match(spec, start, end):
            return False
        last = spec[previous.start : previous.end].rsplit("\n", 1)[-1]
        return len(last) > 50 or not spec[start : start + 1].isupper()
    return not _KEY.match(spec, start, end)


def _lines(spec: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in spec.splitlines(keepends=True):
        yield position, position + len(line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"))
        position += len(line)
