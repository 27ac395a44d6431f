"""Instruction data as a CSV file: real instructions and answers, with the mess of a table that many hands have edited.

Columns, all of them text in the file: ``id`` (six digits), ``instruction``, ``input``, ``output``, ``category``,
``rating`` (1 to 5), ``created`` (YYYY-MM-DD), ``length`` (words of the output).
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random

from . import contacts
from .sources import data_folder, read_records

REFUSALS = (
    "As an AI language model, I do not have opinions on that, so there is nothing that I can add here.",
    "I'm sorry, but I can't help with that request. Please ask me about something else instead.",
)
SEED = 19_991_231


@dataclass(frozen=True)
class Pair:
    """One row of the file."""

    id: str
    instruction: str
    input: str
    output: str
    category: str
    rating: str
    created: str
    length: str


def build(folder: Path) -> Path:
    """Write ``instructions.csv`` into ``folder`` and return it."""
    path = folder / "instructions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Pair)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in pairs())
    return path


def pairs() -> tuple[Pair, ...]:
    """Return the rows in the order of the file.

    Raises:
        InputMissing: the real texts are not on this machine.
    """
    return _pairs(data_folder())


@lru_cache(maxsize=1)
def _pairs(_folder: Path) -> tuple[Pair, ...]:
    random = Random(SEED)
    rows = [_row(*cells, random) for cells in _tasks() + _problems() + _programs() + _prompts()]
    rows += [replace(row, created=_day(random)) for row in random.sample(rows, 40)]
    random.shuffle(rows)
    rows = [replace(row, id=f"{number:06}") for number, row in enumerate(rows, start=1)]
    _break_cells(rows, random)
    rows += random.sample(rows, 12)
    return tuple(rows)


def _tasks() -> list[tuple[str, str, str, str]]:
    """Tasks that people wrote for language models, with an answer each."""
    seeds = read_records("self_instruct", "seed_tasks.jsonl")
    wishes = read_records("self_instruct", "user_oriented_instructions.jsonl")
    kinds = ["classification" if row["is_classification"] else "generation" for row in seeds]
    kinds += ["application"] * len(wishes)
    cells = ((row["instruction"], row["instances"][0]) for row in seeds + wishes)
    return [(text, one["input"], one["output"], kind) for (text, one), kind in zip(cells, kinds, strict=True)]


def _problems() -> list[tuple[str, str, str, str]]:
    rows = read_records("gsm8k", "test.jsonl")[:400]
    return [(row["question"], "", row["answer"], "math") for row in rows]


def _programs() -> list[tuple[str, str, str, str]]:
    rows = read_records("mbpp", "mbpp_sanitized_for_code_generation.jsonl")
    return [(row["prompt"].split("'''")[1].strip(), "", row["canonical_solution"], "code") for row in rows]


def _prompts() -> list[tuple[str, str, str, str]]:
    """Prompts that nobody has answered."""
    return [(row["prompt"], "", "", "constraint") for row in read_records("ifeval", "input_data.jsonl")[:60]]


def _row(instruction: str, given: str, output: str, category: str, random: Random) -> Pair:
    rating = str(random.choice((1, 2, 3, 3, 4, 4, 4, 5, 5)))
    return Pair("", instruction, given, output, category, rating, _day(random), str(len(output.split())))


def _day(random: Random) -> str:
    return f"{random.randrange(2020, 2025)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"


def _break_cells(rows: list[Pair], random: Random) -> None:
    places = iter(random.sample(range(50, len(rows)), 240))

    def change(count: int, **cells: str) -> None:
        for at in islice(places, count):
            rows[at] = replace(rows[at], **cells)

    for column, values in BROKEN.items():
        for value, count in values.items():
            change(count, **{column: value})
    for at in islice(places, 25):
        rows[at] = replace(rows[at], category=random.choice((str.upper, str.title, " {} ".format))(rows[at].category))
    for at in islice(places, 15):
        rows[at] = replace(rows[at], output=f"{rows[at].output}\nQuestions? {contacts.email(random)}")
    for at in islice(places, 8):
        rows[at] = replace(rows[at], id=rows[at - 40].id)


BROKEN: dict[str, dict[str, int]] = {
    "id": {"A00017": 1, "12345": 1, "0001234": 1, "00-042": 1, "": 2},
    "instruction": {"": 9, "   ": 4},
    "output": {"": 6, " ": 3, REFUSALS[0]: 12, REFUSALS[1]: 9},
    "category": {"misc": 10, "": 7, "???": 3},
    "rating": {"0": 7, "9": 6, "five": 3, "": 12, "-1": 2},
    "created": {"12/05/2022": 6, "2022-13-40": 4, "": 6, "n/a": 3, "2021-01-01": 3, "2023-12-31": 3},
}
"""Values that replace a cell of a column, and how often."""
