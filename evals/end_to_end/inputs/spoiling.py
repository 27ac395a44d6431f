"""Faults for a text, as they occur in crawls: each takes a text and gives the spoiled one and what clean-up leaves."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import contacts

Spoiled = tuple[str, str, tuple[str, ...]]
"""The spoiled text, the text that clean-up leaves, the planted strings that identify somebody."""

EMOJI = ("😀", "🎉", "👍🏽", "👩‍👩‍👧", "🇩🇪", "❤️", "🚀")
LINKS = ("https://example.com/a/page?id=7&x=y", "http://shop.example.org", "https://www.example.net/news#top")
TAGGED = ("<p>{}</p>", '<div class="post">{}</div>', "<p><em>{}</em></p>", '<span style="color:red">{}</span>')


def with_email(text: str, random: Random) -> Spoiled:
    """Append an e-mail address."""
    secret = contacts.email(random)
    return f"{text} {secret}", f"{text} [EMAIL]", (secret,)


def with_phone(text: str, random: Random) -> Spoiled:
    """Append a telephone number."""
    secret = contacts.phone(random)
    return f"{text} {secret}", f"{text} [PHONE]", (secret,)


def with_ip(text: str, random: Random) -> Spoiled:
    """Append an IP address."""
    secret = contacts.ip_address(random)
    return f"{text} {secret}", f"{text} [IP]", (secret,)


def with_link(text: str, random: Random) -> Spoiled:
    """Put a link behind a word in the middle."""
    return _between_words(text, random.choice(LINKS)), text, ()


def with_emoji(text: str, random: Random) -> Spoiled:
    """Put an emoji in the middle and another one at the end."""
    return f"{_between_words(text, random.choice(EMOJI))} {random.choice(EMOJI)}", text, ()


def with_tags(text: str, random: Random) -> Spoiled:
    """Wrap the text in HTML tags and break a line in it."""
    return random.choice(TAGGED).format(_between_words(text, "<br/>")), text, ()


def with_blanks(text: str, random: Random) -> Spoiled:
    """Replace some spaces by runs of white space, and put some at the ends."""
    runs = ("  ", "\t", " \n", "\u00a0 ", "   ")
    words = [word + (random.choice(runs) if random.random() < 0.3 else " ") for word in text.split(" ")]
    return f"  {''.join(words)}\n", text, ()


def with_mojibake(text: str, random: Random) -> Spoiled:
    """Add a sentence with accents and read the UTF-8 bytes of everything as Windows-1252."""
    name = random.choice(("Zoë", "René", "Jürgen"))
    text = f"{text} {name} paid for the crème brûlée at the café."
    return text.encode("utf-8").decode("cp1252"), text, ()


def with_comparison(text: str, random: Random) -> Spoiled:
    """Add a harmless sentence with angle brackets, which no clean-up may take away."""
    text = f"{text} Note that {random.randrange(2, 9)} < 12 and 40 > 31."
    return text, text, ()


def _between_words(text: str, inserted: str) -> str:
    words = text.split(" ")
    middle = len(words) // 2
    return " ".join([*words[:middle], inserted, *words[middle:]])


SPOILERS: dict[str, Callable[[str, Random], Spoiled]] = {
    "email": with_email,
    "phone": with_phone,
    "ip": with_ip,
    "link": with_link,
    "emoji": with_emoji,
    "tags": with_tags,
    "blanks": with_blanks,
    "mojibake": with_mojibake,
    "comparison": with_comparison,
}
