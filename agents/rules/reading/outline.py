"""The outline of a spec: its sentences, each with what the heading or the line above its list lends to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .blocks import Block, blocks_of
from .labels import is_label
from .lexicon import Lexicon
from .sentences import split_sentences
from .tokens import Token, tokenize


@dataclass
class Line:
    """A sentence with its place in the outline."""

    tokens: Sequence[Token]
    block: Block
    opens_list: bool = False
    """A list follows, and it ends in a colon or in nothing at all."""
    goes_on: bool = False
    """The sentence goes on after its list."""
    label: bool = False
    """A run-in heading: *Length. Each text has ...*"""
    is_title: bool = False
    """The title of the whole spec."""
    colon: bool = False
    """It ended in a colon, which is no token of it any more."""
    previous: Line | None = None
    """The sentence before it in the same block."""
    following: Line | None = None
    """The sentence after it in the same block."""
    parents: tuple[Line, ...] = ()
    """The headings and lines above, the outermost first."""
    children: list[Line] = field(default_factory=list)


def outline(spec: str, lexicon: Lexicon) -> list[Line]:
    """Return the sentences of a spec in order, each with the lines that it stands under."""
    lines: list[Line] = []
    headings: list[Line] = []
    openers: list[Line] = []
    blocks = blocks_of(spec)
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind == "heading":
            headings = [line for line in headings if line.block.level < block.level]
            openers = []
        elif block.kind == "item":
            openers = [line for line in openers if line.block.kind == "paragraph" or line.block.level < block.level]
        elif block.kind == "paragraph":
            for opener in openers:
                opener.goes_on = spec[block.start].islower()
            openers = []
        made = list(_lines(spec, block, following, lexicon, (*headings, *openers)))
        lines += made
        if block.kind == "heading":
            made[-1].is_title = _is_title(blocks, index)
            headings += made[-1:]
        elif made and (made[-1].opens_list or block.kind == "item"):
            openers.append(made[-1])
    return lines


def _lines(
    spec: str, block: Block, following: Block | None, lexicon: Lexicon, parents: tuple[Line, ...]
) -> Iterator[Line]:
    if block.kind == "code":
        yield Line(_as_one_token(spec, block), block, parents=parents)
        return
    tokens = tokenize(spec, block.start, block.end)
    if block.kind == "table":
        tokens = _cells(tokens)
    sentences = split_sentences(tokens, lexicon)
    previous: Line | None = None
    for index, sentence in enumerate(sentences):
        last = index == len(sentences) - 1
        listed = following is not None and _nests(block, following)
        ended = sentence[-1].text != ":" and (sentence[-1] is not tokens[-1] or block.kind != "paragraph")
        opens = last and listed and not ended and block.kind != "heading"
        kept = sentence[:-1] if last and sentence[-1].text == ":" else sentence
        if kept:
            label = kept[0].first and not last and is_label(kept, block, spec, lexicon)
            colon = len(kept) < len(sentence)
            line = Line(kept, block, opens, label=label, colon=colon, previous=previous, parents=parents)
            if previous is not None:
                previous.following = line
            previous = line
            for parent in parents:
                parent.children.append(line)
            yield line


def _is_title(blocks: Sequence[Block], index: int) -> bool:
    """The first heading names the whole spec when no other is of its depth."""
    depth = blocks[index].level
    others = [block for at, block in enumerate(blocks) if block.kind == "heading" and at != index]
    return depth == 1 and all(block.level > depth for block in others)


def _nests(block: Block, following: Block) -> bool:
    return (following.kind == "item" and (block.kind != "item" or following.level > block.level)) or following.kind in (
        "code",
        "table",
    )


def _cells(tokens: Sequence[Token]) -> list[Token]:
    """A table row of two cells reads as ``key: value``; more cells stand beside each other with bars between them."""
    inner = list(tokens)
    while inner and inner[0].text == "|":
        inner = inner[1:]
    while inner and inner[-1].text == "|":
        inner = inner[:-1]
    bars = [index for index, token in enumerate(inner) if token.text == "|"]
    if len(bars) == 1:
        bar = inner[bars[0]]
        inner[bars[0]] = Token("mark", ":", bar.start, bar.end, bar.raw)
    return inner


def _as_one_token(spec: str, block: Block) -> list[Token]:
    text = spec[block.start : block.end]
    return [Token("code", text, block.start, block.end, text, first=True)]
