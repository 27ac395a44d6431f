"""Invented e-mail addresses, telephone numbers and IP addresses, each of a form that nobody can mistake."""

from __future__ import annotations

from random import Random

NAMES = ("anna.schmidt", "j.doe", "info", "maria+lists", "SALES", "tom_baker", "li.wei", "k.o.larsen")
DOMAINS = ("example.com", "example.org", "mail.example.net", "firma-beispiel.de", "shop.example.co.uk")


def email(random: Random) -> str:
    """Return an e-mail address, such as ``anna.schmidt42@example.com``."""
    return f"{random.choice(NAMES)}{random.randrange(100)}@{random.choice(DOMAINS)}"


def phone(random: Random) -> str:
    """Return a telephone number, international or American."""
    digits = f"{random.randrange(10_000):04}"
    area = random.choice(("212", "415", "617", "312"))
    forms = (
        f"+44 20 7946 {digits}",
        f"+49 30 2093 {digits}",
        f"+1 {area}-736-{digits}",
        f"({area}) 736-{digits}",
    )
    return random.choice(forms)


def ip_address(random: Random) -> str:
    """Return an IPv4 address of an ordinary public network."""
    first = random.choice(("8.34", "93.184", "151.101", "203.0"))
    return f"{first}.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
