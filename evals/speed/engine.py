"""What the engine costs over the work itself: CPU time of ``execute`` and ``write_outputs`` against bare loops.

Every figure is a ratio of CPU times, user and system, of all threads, taken in fresh processes of one run, the sides in
turns. What a process takes to start and to import is left out on both sides, by doing the work once on a few rows before;
everything else, from opening the input to the finished dataset folder, is in.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

Work = Callable[[Path, Path], None]
"""What is done with an input file and an empty folder."""
_FEW_ROWS = 20

_WORDS = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "he",
    "his",
    "but",
    "at",
    "are",
    "this",
    "have",
    "from",
    "or",
    "had",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "her",
    "all",
    "she",
    "there",
    "would",
    "their",
    "we",
    "him",
    "been",
    "has",
    "when",
    "who",
    "will",
    "more",
    "no",
    "if",
    "out",
    "so",
    "said",
    "what",
    "up",
    "its",
    "about",
    "into",
    "than",
    "them",
    "can",
    "only",
    "other",
    "new",
    "some",
    "could",
    "time",
    "these",
    "two",
    "may",
    "then",
    "do",
    "first",
    "any",
    "my",
    "now",
    "such",
    "like",
    "our",
    "over",
    "man",
    "even",
    "most",
    "made",
    "after",
    "also",
    "did",
    "many",
    "before",
    "must",
    "through",
    "back",
    "years",
    "where",
    "much",
    "your",
    "way",
    "well",
    "down",
    "should",
    "because",
]
_MARKS = ("\u2019", "\u2014", "caf\u00e9", "\u201cso\u201d", "na\u00efve", "\u20ac 5")
_LANGUAGES = ("en", "de", "fr", "ja")


class Ratios(NamedTuple):
    """CPU seconds of both sides, one pair per repetition."""

    name: str
    rows: int
    megabytes: float
    limit: float | None
    ours: list[float]
    bare: list[float]

    @property
    def each(self) -> list[float]:
        """Ours by theirs, pair by pair."""
        return [mine / theirs for mine, theirs in zip(self.ours, self.bare, strict=True)]


def write_documents(path: Path, rows: int, lengths: tuple[int, int], seed: int = 1) -> None:
    """Write JSON Lines with ``id``, ``url``, ``text`` of ``lengths`` characters, ``score`` and ``language``.

    Six texts of ten hold characters beyond ASCII, all hold line ends and quotes, as pages of the web do.
    """
    generator = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(rows):
            row = {
                "id": f"doc-{number:08d}",
                "url": f"https://example.org/{number % 977}/{number}.html",
                "text": _text(generator, generator.randint(*lengths)),
                "score": round(generator.random(), 6),
                "language": generator.choices(_LANGUAGES, (70, 12, 10, 8))[0],
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _text(generator: random.Random, length: int) -> str:
    beyond_ascii = generator.random() < 0.6
    pieces: list[str] = []
    size = 0
    while size < length:
        piece = " ".join(generator.choices(_WORDS, k=12))
        piece += generator.choice((".", ".\n", ",", ' "here".', ".\n\n", *(_MARKS if beyond_ascii else ())))
        pieces.append(piece)
        size += len(piece) + 1
    return " ".join(pieces)[:length]


LIGHT_FILTERS: list[dict[str, Any]] = [
    {"operator": "character_count_filter", "params": {"min": 30, "max": 3800}},
    {"operator": "in_range_filter", "params": {"min": 0.1}, "bind": {"value": "score"}},
    {"operator": "allowed_values_filter", "params": {"values": ["en", "de"]}, "bind": {"value": "language"}},
]
TEXT_STEPS: list[dict[str, Any]] = [
    {"operator": "normalize_whitespace"},
    {"operator": "word_count_filter", "params": {"min": 20}},
    {"operator": "uppercase_share_filter", "params": {"max": 0.5}},
    {"operator": "digit_share"},
    {"operator": "url_count"},
]


def parse_alone() -> Work:
    """Parse every line with orjson and keep nothing."""
    import orjson

    def work(data: Path, folder: Path) -> None:
        with data.open("rb") as lines:
            for line in lines:
                orjson.loads(line)

    return work


def light_filters() -> Work:
    """JSON Lines in, three light filters, JSON Lines out, by the engine."""
    return _engine(LIGHT_FILTERS)


def text_steps() -> Work:
    """Five text steps by the engine."""
    return _engine(TEXT_STEPS)


def hand_written() -> Work:
    """The same five text steps as somebody writes them down: a loop over lines that calls the same functions."""
    import orjson

    from ...operator_library.text.character_shares import digit_share, uppercase_share
    from ...operator_library.text.lengths import word_count
    from ...operator_library.text.links import url_count
    from ...operator_library.text.whitespace import normalize_whitespace

    def work(data: Path, folder: Path) -> None:
        with data.open("rb") as lines, (folder / "out.jsonl").open("wb") as out:
            for line in lines:
                row = orjson.loads(line)
                text = row["text"] = normalize_whitespace(row["text"])
                if word_count(text) < 20 or uppercase_share(text) > 0.5:
                    continue
                row["digit_share"] = digit_share(text)
                row["url_count"] = url_count(text)
                out.write(orjson.dumps(row) + b"\n")

    return work


def _engine(steps: list[dict[str, Any]]) -> Work:
    from ... import operator_library
    from ...engine.execution.executor import ExecutionOptions, execute
    from ...engine.execution.outputs import write_outputs
    from ...engine.pipeline import OutputTable, Pipeline, Step
    from ...engine.reading import open_source
    from ...engine.registry import Registry

    registry = Registry()
    registry.add_package(operator_library)
    made = [Step(id=f"s{number}", **step) for number, step in enumerate(steps)]
    pipeline = Pipeline(steps=made, outputs=[OutputTable(format="jsonl")])

    def work(data: Path, folder: Path) -> None:
        sources = {"rows": open_source([data])}
        execution = execute(pipeline, sources, registry, folder, options=ExecutionOptions(workers=1))
        write_outputs(execution, pipeline, folder / "out", folder, lambda output, splits: "")

    return work


SIDES: dict[str, Callable[[], Work]] = {
    side.__name__: side for side in (parse_alone, light_filters, text_steps, hand_written)
}


def _cpu_seconds(work: Work, data: Path, folder: Path) -> float:
    few, first, then = folder / "few.jsonl", folder / "first", folder / "then"
    first.mkdir()
    then.mkdir()
    with data.open("rb") as lines:
        few.write_bytes(b"".join(islice(lines, _FEW_ROWS)))
    work(few, first)
    start = time.process_time()
    work(data, then)
    return time.process_time() - start


def _in_own_process(side: Callable[[], Work], data: Path) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, side.__name__, str(data), folder]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(repeats: int = 5, scale: float = 1.0) -> Iterator[Ratios]:
    """Yield the ratios; ``scale`` shrinks the inputs of 50,000 documents, 200,000 short rows and 10,000 documents."""
    cases: list[tuple[str, int, tuple[int, int], float | None, Callable[[], Work], Callable[[], Work]]] = [
        ("three light filters / orjson alone, documents", 50_000, (1000, 4000), 2.5, light_filters, parse_alone),
        ("three light filters / orjson alone, short rows", 200_000, (40, 120), None, light_filters, parse_alone),
        ("five text steps / hand-written loop, documents", 10_000, (1000, 4000), 1.15, text_steps, hand_written),
    ]
    for name, count, lengths, limit, ours, bare in cases:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "input.jsonl"
            rows = max(int(count * scale), 1)
            write_documents(data, rows, lengths)
            pairs = [(_in_own_process(ours, data), _in_own_process(bare, data)) for _ in range(repeats)]
            size = data.stat().st_size / 1e6
        yield Ratios(name, rows, size, limit, [pair[0] for pair in pairs], [pair[1] for pair in pairs])


def text(ratios: Ratios) -> str:
    """Return one line: what was measured, how often, and the smallest and the median ratio against the limit."""
    limit = "" if ratios.limit is None else f" (at most {ratios.limit}x wanted)"
    return (
        f"{ratios.name}: median {statistics.median(ratios.each):.2f}x, min {min(ratios.each):.2f}x{limit}, "
        f"n={len(ratios.each)}, {ratios.rows:,} rows, {ratios.megabytes:.0f} MB, CPU s "
        f"{statistics.median(ratios.ours):.2f} / {statistics.median(ratios.bare):.2f}"
    )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.stdout.write(f"{_cpu_seconds(SIDES[sys.argv[1]](), Path(sys.argv[2]), Path(sys.argv[3]))}\n")
    else:
        for found in measure():
            sys.stdout.write(text(found) + "\n")
            sys.stdout.flush()
