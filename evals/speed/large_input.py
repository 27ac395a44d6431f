"""Peak memory on a large generated input, with one exact deduplication and one sort: bounded, not proportional."""

from __future__ import annotations

import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import orjson
import yaml

from .process_tree import Cost, cost_of

_PARAGRAPHS = 4000
_DUPLICATES = 0.05
_PIPELINE = {
    "name": "large",
    "steps": [
        {"id": "unique", "operator": "exact_duplicates", "params": {"columns": ["text"]}},
        {"id": "sorted", "operator": "sort_rows", "params": {"by": ["score", "id"]}},
    ],
}


@dataclass(frozen=True)
class LargeRun:
    """A run over ``gigabytes`` of JSON Lines."""

    gigabytes: float
    rows: int
    cost: Cost


def measure(gigabytes: float, folder: Path | None = None) -> LargeRun:
    """Generate the input in ``folder`` (a temporary one by default), run the pipeline, and return what it took."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data, pipeline = Path(place) / "large.jsonl", Path(place) / "pipeline.yaml"
        rows = write_documents(data, int(gigabytes * 1e9))
        pipeline.write_text(yaml.safe_dump(_PIPELINE), encoding="utf-8")
        command = [sys.executable, "-m", "corpusmith.interfaces.cli", "pipeline", "run", str(pipeline)]
        return LargeRun(gigabytes, rows, cost_of([*command, "--data", str(data), "--out", str(Path(place) / "out")]))


def write_documents(path: Path, size: int, seed: int = 0) -> int:
    """Write about ``size`` bytes of documents, one in twenty with the text of an earlier one; return their number."""
    generator = random.Random(seed)
    paragraphs = [_paragraph(generator) for _ in range(_PARAGRAPHS)]
    written = rows = 0
    earlier: list[str] = []
    with path.open("wb", buffering=1 << 20) as out:
        while written < size:
            if earlier and generator.random() < _DUPLICATES:
                text = generator.choice(earlier)
            else:
                text = "\n\n".join(generator.choices(paragraphs, k=generator.randint(1, 6))) + f"\n{rows}"
                if len(earlier) < _PARAGRAPHS:
                    earlier.append(text)
            row = {
                "id": f"doc-{rows:09d}",
                "url": f"https://example.org/{rows}",
                "score": generator.random(),
                "text": text,
            }
            written += out.write(orjson.dumps(row) + b"\n")
            rows += 1
    return rows


def _paragraph(generator: random.Random) -> str:
    words = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz", k=generator.randint(2, 10))) for _ in range(90)]
    return " ".join(words).capitalize() + "."


def text(run: LargeRun) -> str:
    """Return the run in a line."""
    cost = run.cost
    return (
        f"{run.gigabytes:g} GB, {run.rows:,} rows, exit {cost.exit_code}: peak {cost.peak_mb:,.0f} MB "
        f"(at most 1,500 MB wanted), {run.gigabytes * 1000 / cost.wall_s:,.0f} MB/s, {cost.cpu_s:,.0f} CPU-seconds"
    )
