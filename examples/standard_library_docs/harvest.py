"""Harvests the documentation of the Python standard library into one JSONL file.

    python harvest.py OUT.jsonl

One row per docstring of a module, public class or public function, one per block of comments at the head of a file
(credits, licence notes), and one per help topic of ``pydoc``. Modules whose own name is private are read too, for some
of them are near copies of public ones. The text is raw: indentation, e-mail addresses, code and copies stay as they
are. Files are parsed, never imported, so nothing that is harvested runs.

It needs Python 3.11 or later and nothing else. The rows depend only on the Python that runs it.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import sysconfig
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

TEST_FOLDERS = frozenset({"test", "tests", "idle_test"})
TOPICS_FILE = Path("pydoc_data/topics.py")
FEWEST_COMMENT_LINES = 3
NO_COMMENT = re.compile(r"!|.*coding[:=]")


@dataclass(frozen=True)
class Row:
    """One piece of documentation: where it stands, what it documents, its raw text and how many lines that has."""

    id: str
    module: str
    kind: str
    text: str
    lines: int


def main(arguments: list[str]) -> int:
    """Write the rows to the file named in ``arguments`` and say how many there are."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python harvest.py OUT.jsonl\n")
        return 2
    library, out = Path(sysconfig.get_path("stdlib")), Path(arguments[0])
    out.parent.mkdir(parents=True, exist_ok=True)
    count = write_rows(rows_of_library(library), out)
    if count == 0:
        sys.stderr.write(f"There are no source files of the standard library in {library}.\n")
        return 1
    sys.stdout.write(f"{count:,} rows of documentation in {out}\n")
    return 0


def write_rows(rows: Iterator[Row], out: Path) -> int:
    """Write ``rows`` as JSON lines to ``out``, all or nothing, and return how many there were."""
    unfinished = out.with_name(out.name + ".part")
    count = 0
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(asdict(row)) + "\n")
            count += 1
    unfinished.replace(out)
    return count


def rows_of_library(library: Path) -> Iterator[Row]:
    """Yield the rows of every source file of the standard library in the folder ``library``, in the order of paths."""
    for path in sorted(library.rglob("*.py"), key=lambda path: path.relative_to(library).parts):
        inside = path.relative_to(library)
        if not is_wanted(inside):
            continue
        source, tree = parse(path)
        if tree is None:
            continue
        if inside == TOPICS_FILE:
            yield from rows_of_topics(tree)
        else:
            yield from rows_of_module(module_name(inside), source, tree)


def is_wanted(inside: Path) -> bool:
    """Say whether the file at a path inside the library belongs to the standard library and is not a test."""
    folders = inside.parts[:-1]
    top = folders[0] if folders else inside.stem
    return top in sys.stdlib_module_names and TEST_FOLDERS.isdisjoint(folders)


def parse(path: Path) -> tuple[bytes, ast.Module | None]:
    """Return the source and its syntax tree, or no tree for a file that this Python cannot parse."""
    source = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return source, ast.parse(source)
        except (SyntaxError, ValueError):
            return source, None


def module_name(inside: Path) -> str:
    """Return the dotted name of the module at a path inside the library."""
    parts = inside.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rows_of_module(module: str, source: bytes, tree: ast.Module) -> Iterator[Row]:
    """Yield the rows of one source file: its head comment, its docstring, then its definitions in source order."""
    comment = head_comment(source)
    if comment.count("\n") + 1 >= FEWEST_COMMENT_LINES:
        yield row_of(f"{module}#head", module, "comment", comment)
    docstring = ast.get_docstring(tree, clean=False)
    if docstring is not None:
        yield row_of(module, module, "module", docstring)
    yield from rows_of_definitions(module, (), tree.body)


def rows_of_definitions(module: str, outer: tuple[str, ...], body: list[ast.stmt]) -> Iterator[Row]:
    """Yield the rows of the public classes and functions in ``body``, also those behind an ``if`` or a ``try``."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            name = (*outer, node.name)
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            docstring = ast.get_docstring(node, clean=False)
            if docstring is not None:
                yield row_of(f"{module}:{'.'.join(name)}", module, kind, docstring)
            if kind == "class":
                yield from rows_of_definitions(module, name, node.body)
        else:
            for block in ("body", "handlers", "orelse", "finalbody"):
                yield from rows_of_definitions(module, outer, getattr(node, block, []))


def rows_of_topics(tree: ast.Module) -> Iterator[Row]:
    """Yield a row for each help topic in the syntax tree of ``pydoc_data.topics``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            for name, text in ast.literal_eval(node.value).items():
                yield row_of(f"pydoc_data.topics:{name}", "pydoc_data.topics", "topic", text)


def head_comment(source: bytes) -> str:
    """Return the comments above the first statement of a file, without ``#``, the interpreter and the encoding."""
    lines: list[str] = []
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type == tokenize.COMMENT:
            lines.append(token.string.removeprefix("#"))
        elif token.type not in (tokenize.ENCODING, tokenize.NL):
            break
    directives = sum(1 for line in lines[:2] if NO_COMMENT.match(line))
    return "\n".join(lines[directives:])


def row_of(name: str, module: str, kind: str, text: str) -> Row:
    """Return the row for one text."""
    return Row(name, module, kind, text, text.count("\n") + 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
