"""HTML in a text: counting tags and entities, and turning HTML into plain text.

This is for text with remains of markup. Extracting the main content of a whole web page is another task.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

from ...engine.declare import operator
from ...engine.operator import Example
from .rewriting import until_stable

_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup"
    " option p pre search section select summary table tbody tfoot thead title tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_INLINE_NAMES = (
    "a abbr acronym area audio b base bdi bdo big button canvas cite code col colgroup data datalist del dfn em embed"
    " font frame i iframe img input ins kbd label link map mark math meta meter noframes noscript object output param"
    " path picture progress q rp rt ruby s samp script slot small source span strike strong style sub sup svg template"
    " textarea time track tt u var video wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_NAMES = _BLOCKS | _CELLS | _INLINE
_FLAG_NAMES = (
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled download formnovalidate"
    " hidden inert ismap itemscope loop multiple muted nomodule noshade novalidate nowrap open playsinline readonly"
    " required reversed selected"
)
_FLAGS = frozenset(_FLAG_NAMES.split())

# A quoted value may hold ">" but no "<", so that each attempt ends at the next "<" and a scan stays linear.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"(?P<rest>(?:[\s/](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*|[\s/][^<>]*)?)>"
)
_DECLARATION = re.compile(r"<(?:!DOCTYPE\b[^<>]*|\?xml\b[^<>]*\?)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp;)*(?P<name>(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_HIDDEN = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<script\b[^<>]*>", re.IGNORECASE), re.compile(r"</script[^<>]*>", re.IGNORECASE)),
    (re.compile(r"<style\b[^<>]*>", re.IGNORECASE), re.compile(r"</style[^<>]*>", re.IGNORECASE)),
)
_COMMENT = _HIDDEN[0]
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def _is_tag(match: re.Match[str]) -> bool:
    """Tell a tag from a comparison or a generic type: real names, and real attributes if any."""
    if match["name"].lower() not in _NAMES:
        return False
    attributes = match["rest"].strip(" \t\r\n\f/")
    return "=" in attributes or all(word.lower() in _FLAGS for word in attributes.split())


def _is_entity(match: re.Match[str]) -> bool:
    return match["name"].startswith("#") or match["name"] in html5


def _sections(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the spans from each opening mark to the next closing mark; an opening without one is left alone."""
    spans: list[tuple[int, int]] = []
    for start in opening.finditer(text):
        if spans and start.start() < spans[-1][1]:
            continue
        end = closing.search(text, start.end())
        if end is None:
            break
        spans.append((start.start(), end.end()))
    return spans


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "<p>fish &amp; chips</p>"}, {"text": "if a < b and List<int> x"}],
        becomes=[
            {"text": "<p>fish &amp; chips</p>", "html_tag_count": 3},
            {"text": "if a < b and List<int> x", "html_tag_count": 0},
        ],
    ),
    use_for=("find texts with leftover HTML", "check that no markup is left"),
    not_for=("XML with names of its own", "Markdown"),
    aliases=("html tags", "html entities", "leftover markup"),
)
def html_tag_count(text: str) -> int:
    """Number of HTML tags, comments and character entities.

    Reads ``text``, writes ``html_tag_count``. Only names that HTML has count, so ``a < b``, ``List<int>`` and
    ``<placeholder>`` do not; ``&amp;`` and ``&#8217;`` do.
    """
    tags = sum(map(_is_tag, _TAG.finditer(text))) if "<" in text else 0
    entities = sum(map(_is_entity, _ENTITY.finditer(text))) if "&" in text else 0
    others = len(_sections(text, *_COMMENT)) + sum(1 for _ in _DECLARATION.finditer(text))
    return tags + entities + others


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[
            {"text": "<h1>Menu</h1><p>fish &amp; <b>chips</b></p><script>x()</script>"},
            {"text": "if a < b and List<int> x"},
        ],
        becomes=[{"text": "Menu\n\nfish & chips"}, {"text": "if a < b and List<int> x"}],
    ),
    use_for=("turn HTML into plain text", "strip leftover tags and entities"),
    not_for=("extracting the main content of a web page", "HTML that is the subject, such as a coding tutorial"),
    aliases=("strip html", "remove tags", "unescape entities"),
)
def remove_html(text: str) -> str:
    """Drop HTML tags, comments, scripts and styles, and write entities as the characters they stand for.

    Reads and writes ``text``; ``html_tag_count`` of the result is 0. Tags of blocks (paragraphs, list items, headings)
    become line ends, table cells are set apart by a space. Text without HTML is returned as it is; otherwise blank
    lines are collapsed to one and stripped at both ends.
    """
    if not html_tag_count(text):
        return text
    plain = until_stable(text, _without_markup, _without_brackets)
    return _BLANK_LINES.sub("\n\n", plain).strip("\n")


def _without_markup(text: str) -> str:
    for opening, closing in _HIDDEN:
        position, pieces = 0, []
        for start, end in _sections(text, opening, closing):
            pieces.append(text[position:start])
            position = end
        text = "".join([*pieces, text[position:]])
    text = _DECLARATION.sub("", _TAG.sub(_in_place_of_tag, text))
    return _ENTITY.sub(_in_place_of_entity, text)


def _in_place_of_tag(match: re.Match[str]) -> str:
    if not _is_tag(match):
        return match[0]
    name = match["name"].lower()
    return "\n" if name in _BLOCKS else " " if name in _CELLS else ""


def _in_place_of_entity(match: re.Match[str]) -> str:
    if not _is_entity(match):
        return match[0]
    character = html.unescape("&" + match["name"])
    return " " if character == "\u00a0" else character


def _without_brackets(text: str) -> str:
    """For text that keeps forming new tags however often they are removed."""
    return text.replace("<", " ").replace("&", " ")
