"""A crawl in 25 languages: real sentences and questions with planted faults, as JSON lines.

Columns: ``id`` (text, repeated now and then), ``text`` (sometimes null or blank), ``source``, ``score`` (0 to 1, with
holes and nonsense), ``year``. The language is not a column.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random

from .passages import Passage
from .sources import data_folder, read_lines, read_records
from .spoiling import SPOILERS

LANGUAGES = (
    *("ar", "cs", "de", "el", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja"),
    *("ko", "nl", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
ASKED_FOR = ("de", "fr", "es")
QUESTIONS = 600
SOURCES = ("web",) * 11 + ("news",) * 5 + ("forum",) * 3 + ("blog",) * 2
PLANTED = {"email": 70, "phone": 50, "ip": 25, "link": 50, "emoji": 50, "tags": 50, "blanks": 60}
PLANTED_IN_ENGLISH = {"email": 30, "phone": 20, "ip": 15, "mojibake": 30, "comparison": 8}
SEED = 20_240_229


def build(folder: Path) -> Path:
    """Write ``multilingual.jsonl`` into ``folder`` and return it."""
    path = folder / "multilingual.jsonl"
    columns = ("id", "text", "source", "score", "year")
    lines = [json.dumps({name: getattr(row, name) for name in columns}, ensure_ascii=False) for row in passages()]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return path


def passages() -> tuple[Passage, ...]:
    """Return the rows in the order of the file, with their truth.

    Raises:
        InputMissing: the real texts are not on this machine.
    """
    return _passages(data_folder())


@lru_cache(maxsize=1)
def _passages(_folder: Path) -> tuple[Passage, ...]:
    random = Random(SEED)
    rows = _without_faults(random)
    random.shuffle(rows)
    _spoil(rows, PLANTED, random, lambda row: True)
    _spoil(rows, PLANTED_IN_ENGLISH, random, lambda row: row.language == "en")
    rows += _mixed(random) + _copies(rows, random) + _near_copies(rows, random)
    random.shuffle(rows)
    return tuple(_with_broken_cells(_numbered(rows), random))


def _without_faults(random: Random) -> list[Passage]:
    texts = [(text, language) for language in LANGUAGES for text in _texts_in(language)]
    texts += [(" ".join(row["question"].split()), "en") for row in read_records("gsm8k", "test.jsonl")[:QUESTIONS]]
    return [_row(text, language, random) for text, language in texts]


def _texts_in(language: str) -> list[str]:
    """Join two sentences to a text, so that its language is beyond doubt; fifty texts, a hundred if often asked for."""
    sentences = [" ".join(line.split()) for line in read_lines("langid", "sentences", f"{language}.txt")]
    pairs = zip(sentences[::2], sentences[1::2], strict=False)
    return [" ".join(pair) for pair in islice(pairs, 100 if language in (*ASKED_FOR, "en") else 50)]


def _row(text: str, language: str, random: Random) -> Passage:
    score, year = round(random.random(), 3), random.randrange(1998, 2025)
    return Passage("", text, random.choice(SOURCES), score, year, language, text)


def _spoil(rows: list[Passage], planted: dict[str, int], random: Random, fits: Callable[[Passage], bool]) -> None:
    for fault, count in planted.items():
        free = [at for at, row in enumerate(rows) if not row.faults and fits(row)]
        for at in random.sample(free, count):
            try:
                text, clean, secrets = SPOILERS[fault](rows[at].clean, random)
            except UnicodeDecodeError:
                continue
            rows[at] = replace(rows[at], text=text, clean=clean, secrets=secrets, faults=frozenset({fault}))


def _mixed(random: Random) -> list[Passage]:
    """Join an English and a German text: whose language it is, is anybody's guess."""
    pairs = zip(_texts_in("en")[-8:], _texts_in("de")[-8:], strict=True)
    return [replace(_row(" ".join(pair), "mixed", random), faults=frozenset({"mixed"})) for pair in pairs]


def _copies(rows: list[Passage], random: Random) -> list[Passage]:
    chosen = random.sample([row for row in rows if row.language == "en"], 50) + random.sample(rows, 40)
    return [_copy(row, random) for row in chosen]


def _copy(row: Passage, random: Random) -> Passage:
    """Return a row with the same text and other values beside it."""
    other = _row("", row.language, random)
    return replace(row, source=other.source, score=other.score, year=other.year, faults=row.faults | {"copy"})


def _near_copies(rows: list[Passage], random: Random) -> list[Passage]:
    """Copy long English texts and change the last word, or the first one."""
    long = [row for row in rows if row.language == "en" and not row.faults and len(row.clean.split()) >= 45]
    return [_near_copy(row, random) for row in random.sample(long, 45)]


def _near_copy(row: Passage, random: Random) -> Passage:
    words = row.clean.split(" ")
    text = " ".join([*words, "Indeed."] if random.random() < 0.5 else ["Yesterday", *words[1:]])
    return replace(_row(text, "en", random), faults=frozenset({"near copy"}))


def _numbered(rows: list[Passage]) -> list[Passage]:
    return [replace(row, id=f"doc-{number:05}") for number, row in enumerate(rows, start=1)]


def _with_broken_cells(rows: list[Passage], random: Random) -> list[Passage]:
    """Break cells of the other columns: holes, nonsense, values on the edge, repeated ids, missing texts."""
    places = iter(random.sample(range(100, len(rows)), 260))

    def change(count: int, fault: str, **cells: object) -> None:
        for at in islice(places, count):
            rows[at] = replace(rows[at], **cells, faults=rows[at].faults | {fault})  # type: ignore[arg-type]

    change(45, "no score", score=None)
    change(12, "score", score=1.7)
    change(8, "score", score=-0.5)
    change(20, "edge", score=0.5)
    change(10, "year", year=1899)
    change(10, "year", year=2099)
    change(15, "edge", year=2000)
    change(15, "edge", year=2019)
    change(12, "no text", text=None, clean="", secrets=())
    change(8, "no text", text="", clean="", secrets=())
    change(6, "no text", text=" \n ", clean="", secrets=())
    for at in islice(places, 15):
        rows[at] = replace(rows[at], id=rows[at - 60].id, faults=rows[at].faults | {"repeated id"})
    return rows
