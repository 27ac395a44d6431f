"""Opens files and folders as a ``Source``: one pass to decide the types and find what is broken, then any number to read."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..columns import HIDDEN
from ..errors import UserError
from ..rows import Quarantined
from .format import MAX_COLUMNS, Format, InputFile, Piece, Scan
from .formats import format_of
from .input_files import list_input
from .observed import Observed
from .shape import Shape
from .source import Source, SourceFile, schema_with_row_id


def open_source(paths: Sequence[Path], *, table: str = "rows", max_bad_share: float = 0.05) -> Source:
    """Open files and folders as one table.

    Reads every format of ``formats.py``, by what ``list_input`` makes of the paths: files, folders, patterns and parts of files.
    The whole input is scanned here, so that types are decided before the first row is read. ``table`` begins every row
    identity. Raises ``UserError`` for input that cannot be found or read, and when more than ``max_bad_share`` of all
    records are broken.
    """
    notes: list[str] = []
    opened, observed = _scanned_all(list_input([Path(path) for path in paths], notes))
    _refuse_columns(observed)
    shapes = {name: column.decide(name, notes) for name, column in observed.fields.items()}
    quarantined = [
        Quarantined(f"{table}:{one.file.name}:{number}", "read", why)
        for one in opened
        for number, why in one.scan.bad.items()
    ]
    rows = sum(one.scan.rows for one in opened)
    _refuse_many_bad(quarantined, rows, max_bad_share)
    schema = pa.schema([pa.field(name, shape.type) for name, shape in shapes.items()])
    return Source(
        schema=schema,
        rows=rows,
        fingerprint=_fingerprint(opened),
        read=lambda: _read(opened, shapes, schema_with_row_id(schema), table),
        files=[SourceFile(one.file.name, one.sha256, one.version[0], one.scan.rows) for one in opened],
        notes=notes,
        quarantined=quarantined,
    )


class _Opened(NamedTuple):
    file: InputFile
    format: Format
    version: tuple[int, int]
    """Size and time of the last change, to see a change between two passes."""
    sha256: str
    scan: Scan


def _scanned_all(files: Sequence[InputFile]) -> tuple[list[_Opened], Observed]:
    observed = Observed()
    opened = [_scanned(file, observed) for file in files]
    if observed.is_guessed():
        observed = Observed()
        observed.exactly = True
        opened = [_scanned(file, observed) for file in files]
    return opened, observed


def _scanned(file: InputFile, observed: Observed) -> _Opened:
    kind = format_of(file.path)
    assert kind is not None
    try:
        version = _version(file.path)
        with file.path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        scan = kind.scan(file, observed)
        # It is read again later, when operators may have changed the working directory.
        return _Opened(file._replace(path=file.path.absolute()), kind, version, sha256, scan)
    except OSError as error:
        raise UserError(
            f"{file.path} cannot be read.", f"{error.strerror or error}.", "Check its permissions."
        ) from error


def _read(
    opened: Sequence[_Opened], shapes: Mapping[str, Shape], schema: pa.Schema, table: str
) -> Iterator[pa.RecordBatch]:
    for one in opened:
        if not one.file.path.is_file() or _version(one.file.path) != one.version:
            raise UserError(f"{one.file.path} was changed or removed while it was being read.", fix="Run again.")
        for piece in _pieces(one, shapes):
            yield _batch(piece, f"{table}:{one.file.name}:", schema)


def _pieces(one: _Opened, shapes: Mapping[str, Shape]) -> Iterator[Piece]:
    """The rows that the scan kept, and those that it did not keep from the file."""
    given = last = 0
    for numbers, columns in one.scan.kept.pieces(shapes) if one.scan.kept else ():
        yield Piece(numbers, columns)
        given, last = given + len(numbers), numbers[-1]
    if given == one.scan.rows:
        return
    for piece in one.format.read(one.file, shapes, one.scan.bad):
        first = bisect_right(piece.numbers, last)
        if first < len(piece.numbers):
            yield Piece(piece.numbers[first:], [column.slice(first) for column in piece.columns])


def _batch(piece: Piece, prefix: str, schema: pa.Schema) -> pa.RecordBatch:
    numbers = pa.array(piece.numbers, pa.int64()).cast(pa.string())
    ids = pc.binary_join_element_wise(pa.scalar(prefix), numbers, pa.scalar(""))
    return pa.RecordBatch.from_arrays([ids, *piece.columns], schema=schema)


def _version(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _fingerprint(opened: Sequence[_Opened]) -> str:
    digest = hashlib.sha256()
    for one in opened:
        digest.update(f"{one.file.name}\0{one.sha256}\n".encode())
    return digest.hexdigest()


def _refuse_columns(observed: Observed) -> None:
    for name in sorted(HIDDEN.intersection(observed.fields)):
        raise UserError(f"The data has a column `{name}`.", "That name is the engine's own.", "Rename the column.")
    if observed.too_wide:
        raise UserError(
            f"The data has more than {MAX_COLUMNS:,} columns.",
            "Keys that differ from row to row look like data, not like names.",
            "Put them into one column as a list of objects.",
        )


def _refuse_many_bad(bad: Sequence[Quarantined], rows: int, max_share: float) -> None:
    share = len(bad) / (len(bad) + rows) if bad else 0.0
    if share <= max_share:
        return
    first = "; ".join(f"{one.row}: {one.error}" for one in bad[:3])
    raise UserError(
        f"{len(bad):,} of {len(bad) + rows:,} records ({share:.1%}) cannot be read; at most {max_share:.1%} may be.",
        f"The first: {first}.",
        "Mend the data, or allow a larger share with `--max-bad-share`.",
    )
