"""What must not be left in a text: addresses, links, tags, emoji. The patterns find what nobody would dispute."""

from __future__ import annotations

import re

EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
LINK = re.compile(r"https?://[^\s<>\"]+|\bwww\.[\w-]+\.[a-z]{2,}")
IP_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
TAG = re.compile(r"</?(?:p|div|span|em|br|b|a|i|li|ul)\b[^<>]*>")
EMOJI = re.compile("[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2764]")
LIKE_A_PHONE = re.compile(r"\+?\d(?:[\s()./-]*\d){6,}")
BLANKS = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """Return the text with every run of white space as one space and none at the ends."""
    return BLANKS.sub(" ", text).strip()


def without_blanks(text: str) -> str:
    """Return the text without any white space."""
    return BLANKS.sub("", text)


def straight(text: str) -> str:
    """Return the text with straight quotation marks, for comparing texts whose quotes may have been straightened."""
    return text.translate(str.maketrans("‘’“”", "''\"\""))
