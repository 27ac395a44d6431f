from __future__ import annotations

import pytest

from corpusmith.operator_library.text.personal_data.ip_address import ip_spans


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.1",
        "8.8.8.8",
        "255.255.255.255",
        "2001:db8::1",
        "fe80::1ff:fe23:4567:890a",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    ],
)
def test_addresses_are_found_whole(address: str) -> None:
    text = f"host ({address}), port"
    assert [text[start:end] for start, end in ip_spans(text)] == [address]


def test_a_port_or_a_network_size_is_not_part_of_the_address() -> None:
    text = "192.0.2.1:8080 and 10.0.0.0/8."
    assert [text[start:end] for start, end in ip_spans(text)] == ["192.0.2.1", "10.0.0.0"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "version 1.2.3.4",
            "v1.2.3.4",
            "Release: 10.0.0.1",
            "section 3.2.2.1",
            "package==1.2.3.4",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
        ),
        *(
            "a[::1]",
            "x[::-1]",
            "std::add",
            "ab::cd",
            "face::feed",
            "12:34:56",
            "aa:bb:cc:dd:ee:ff",
            "00:11:22:33:44:55:66:77",
        ),
    ],
)
def test_versions_times_and_code_are_none(text: str) -> None:
    assert list(ip_spans(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "3.2.2.5- Emekli aylıkları",
        "Giriş\n3.2.2.5- Emekli aylıkları",
        "## 1.2.3.4) Overview",
        "  2.10.1.3– Überblick",
    ],
)
def test_the_number_of_a_heading_is_none(text: str) -> None:
    assert list(ip_spans(text)) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8.8.8.8 - Google", "8.8.8.8"),
        ("8.8.8.8 is a resolver", "8.8.8.8"),
        ('10.0.0.1 - - [10/Oct/2000:13:55:36] "GET /"', "10.0.0.1"),
        ("192.168.0.1- router", "192.168.0.1"),
        ("10.0.0.1- router", "10.0.0.1"),
        ("from 3.2.2.5- and on", "3.2.2.5"),
        ("3.2.2.5-3.2.2.9 are ours", "3.2.2.5"),
        ("3.2.2.5", "3.2.2.5"),
        ("3.2.2.5\n- next", "3.2.2.5"),
    ],
)
def test_an_address_at_the_start_of_a_line_is_found(text: str, address: str) -> None:
    assert text[slice(*next(ip_spans(text)))] == address
