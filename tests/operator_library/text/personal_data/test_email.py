from __future__ import annotations

import pytest

from corpusmith.operator_library.text.personal_data.email import email_spans


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end in email_spans(text)]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Guido <guido@python.org>, more", ["guido@python.org"]),
        ("foo.bar+tag@sub.example.co.uk.", ["foo.bar+tag@sub.example.co.uk"]),
        ("mailto:x@y.org?subject=1", ["x@y.org"]),
        ("o'brien@example.ie 'bob@example.com'", ["o'brien@example.ie", "bob@example.com"]),
        ("josé@example.com, info@münchen.de", ["josé@example.com", "info@münchen.de"]),
        ("请写信给foo@bar.com谢谢", ["foo@bar.com"]),
        ("UPPER_CASE@EXAMPLE.COM", ["UPPER_CASE@EXAMPLE.COM"]),
        ("a@b.com,c@d.org;e@f.net", ["a@b.com", "c@d.org", "e@f.net"]),
        ("write to ann@example.com(work)", ["ann@example.com"]),
        ("x@xn--bcher-kva.example", ["x@xn--bcher-kva.example"]),
    ],
)
def test_addresses_are_found_whole_and_alone(text: str, addresses: list[str]) -> None:
    assert _found(text) == addresses


@pytest.mark.parametrize(
    "text",
    [
        *(
            "@decorator",
            "@app.route('/x')",
            "a@b",
            "x = a @ b.T",
            "A@B.T",
            "(w@x.shape[0])",
            "a@b.to(device)",
            "W@x.dot(y)",
        ),
        *(
            "guido at python dot org",
            "git@github.com:owner/name.git",
            "icon@2x.png",
            "react@17.0.2",
            "de_DE@euro.UTF-8",
        ),
        *("user@localhost", "@handle says hi", "a@@b.com", "100@1.5"),
    ],
)
def test_code_handles_and_spelled_out_addresses_are_none(text: str) -> None:
    assert _found(text) == []
