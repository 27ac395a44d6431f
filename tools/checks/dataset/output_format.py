"""The file format of the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from ..memory_output import MemoryOutput, output_of
from ..template import CheckParams, CheckTemplate, Measurement
from ..view import Output
from ..wording import quoted

FileFormat: TypeAlias = Literal["parquet", "jsonl"]
_WORDS: dict[FileFormat, str] = {"parquet": "Parquet", "jsonl": "JSON Lines"}


class OutputFormatParams(CheckParams):
    """The format."""

    format: FileFormat


class OutputFormat(CheckTemplate[OutputFormatParams]):
    """Every file of rows in the output folder has the format."""

    name = "output_format"
    summary = "The file format of the output."
    Params = OutputFormatParams

    def describe(self, params: OutputFormatParams) -> str:
        return f"The output is written as {_WORDS[params.format]}."

    def measure(self, output: Output, params: OutputFormatParams) -> Measurement:
        if not output.formats:
            return Measurement("unverified", "the output has no files")
        found = quoted(sorted(output.formats))
        return Measurement("passed" if output.formats == {params.format} else "failed", f"the files are {found}")

    def conforming(self, params: OutputFormatParams) -> MemoryOutput:
        return _output(params.format)

    def mutants(self, params: OutputFormatParams) -> Iterator[Output]:
        others = [name for name in get_args(FileFormat) if name != params.format]
        yield from (_output(other) for other in others)
        yield _output(*get_args(FileFormat))


def _output(*formats: str) -> MemoryOutput:
    return output_of({"text": ["a"]}, formats=formats)
