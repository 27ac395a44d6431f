"""Encodings of documents and of files of rows: found where that is sure, quarantined where it is not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.reading import Source, open_source
from corpusmith.engine.reading.encoding import encoding_of_document, encoding_of_rows

FRENCH = "Les élèves étaient déjà arrivés à l'école où la maîtresse les attendait. Ça va être une journée agréable. "
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. Москва является столицей России. "
JAPANESE = "これは日本語の文章です。東京は日本の首都であり、世界最大の都市の一つです。今日は天気がとても良いです。"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Dnes je krásně a půjdeme na výlet. "


def texts(source: Source, column: str = "text") -> list[str]:
    return [value for batch in source.batches() for value in batch.column(column).to_pylist()]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "latin-1"),
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CZECH, "cp1250"),
    ],
)
def test_a_document_in_another_encoding_is_read_and_the_encoding_is_said(
    tmp_path: Path, text: str, encoding: str
) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    source = open_source([tmp_path / "a.txt"])
    assert texts(source) == [text]
    assert source.notes[0].startswith("a.txt is read in the encoding ")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.md").write_bytes(FRENCH.encode(encoding))
    source = open_source([tmp_path / "a.md"])
    assert (texts(source), source.notes) == ([FRENCH], [])


@pytest.mark.parametrize("suffix", [".html", ".htm"])
def test_html_is_a_document_with_its_markup(tmp_path: Path, suffix: str) -> None:
    page = "<html><body><p>naïve &amp; <b>simple</b></p>\r\n</body></html>"
    (tmp_path / f"a{suffix}").write_bytes(page.encode())
    source = open_source([tmp_path])
    assert texts(source) == [page]
    assert texts(source, "path") == [f"a{suffix}"]


def test_what_html_declares_decides_between_encodings(tmp_path: Path) -> None:
    head = '<html><head><meta charset="{}"></head><body>'
    (tmp_path / "a.html").write_bytes(head.format("koi8-r").encode() + RUSSIAN.encode("koi8-r"))
    (tmp_path / "b.html").write_bytes(head.format("iso-8859-1").encode() + "it’s".encode("cp1252"))
    (tmp_path / "c.html").write_bytes(head.format("iso-2022-jp").encode() + JAPANESE.encode("iso-2022-jp"))
    source = open_source([tmp_path])
    bodies = [text.partition("<body>")[2] for text in texts(source)]
    assert bodies == [RUSSIAN, "it’s", JAPANESE]


def test_html_that_is_utf_8_is_read_so_whatever_it_declares(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(f'<meta charset="windows-1252">{FRENCH}'.encode())
    assert texts(open_source([tmp_path])) == [f'<meta charset="windows-1252">{FRENCH}']


@pytest.mark.parametrize("name", ["unknown-8", "utf-8", "rot13", "hex"])
def test_a_declaration_that_does_not_fit_is_passed_over(tmp_path: Path, name: str) -> None:
    page = f'<meta charset="{name}">{RUSSIAN}'
    (tmp_path / "a.html").write_bytes(page.encode("cp1251"))
    assert texts(open_source([tmp_path])) == [page]


def test_damage_in_a_document_of_utf_8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(FRENCH.encode() + b"\xff\xfe")
    source = open_source([tmp_path], max_bad_share=1)
    assert source.quarantined[0].row == "rows:a.txt:1"
    assert "invalid Unicode" in source.quarantined[0].error


def test_bytes_that_are_no_text_at_all_are_quarantined(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(range(128, 256)) * 4 + b"\0\1\2")
    assert len(open_source([tmp_path], max_bad_share=1).quarantined) == 1


def test_many_files_in_one_encoding_share_a_note(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_bytes(FRENCH.encode("cp1252"))
    [note] = open_source([tmp_path]).notes
    assert (
        note
        == "5 files (0.txt, 1.txt, 2.txt and 2 more) are read in the encoding cp1252, because the bytes are not UTF-8."
    )


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json", "a.csv.gz"])
def test_rows_in_another_encoding_are_read_and_the_encoding_is_said(tmp_path: Path, name: str) -> None:
    values = FRENCH.split()
    content = {
        "csv": "word\n" + "\n".join(values),
        "tsv": "word\n" + "\n".join(values),
        "jsonl": "\n".join(json.dumps({"word": word}, ensure_ascii=False) for word in values),
        "json": json.dumps([{"word": word} for word in values], ensure_ascii=False),
    }[name.split(".")[1]].encode("cp1252")
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    source = open_source([tmp_path / name])
    assert texts(source, "word") == values
    assert source.notes == [f"{name} is read in the encoding cp1252, because the bytes are not UTF-8."]


def test_a_byte_that_the_encoding_does_not_know_spoils_only_its_line(tmp_path: Path) -> None:
    line = FRENCH.encode("cp1252")
    count = (1 << 18) // len(line) + 1
    (tmp_path / "a.csv").write_bytes(b"line\n" + b"\n".join([line] * count + [b"\x81", b"end"]))
    source = open_source([tmp_path / "a.csv"])
    assert [bad.row for bad in source.quarantined] == [f"rows:a.csv:{count + 2}"]
    assert texts(source, "line") == [FRENCH] * count + ["end"]


def test_a_header_after_a_byte_order_mark_is_only_the_name(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "a.csv").write_bytes('"é",b\n1,2\n'.encode(encoding))
        assert open_source([tmp_path / "a.csv"]).schema.names == ["é", "b"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 3))
def test_utf_8_is_always_known_even_when_cut_off(text: str, cut: int) -> None:
    content = text.encode()
    assert encoding_of_rows(content[: len(content) - cut]) == "utf-8"
    assert encoding_of_document(content, html=False) == "utf-8"


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_have_an_encoding_that_python_knows(content: bytes, html: bool) -> None:
    assert "".encode(encoding_of_document(content, html)) is not None
    assert b"a\n".decode(encoding_of_rows(content)) == "a\n"
