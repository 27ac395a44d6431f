"""A rule holds for every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..memory_output import MemoryOutput
from ..row_tally import RuleUse, parsed_rule, tally
from ..rule_samples import all_keeping, one_breaking
from ..template import CheckTemplate, Interval, Means, Measurement, Remedy
from ..view import Output
from ..wording import counted


class EveryRowParams(RuleUse):
    """The rule and its parameters."""


class EveryRow(CheckTemplate[EveryRowParams]):
    """Every row keeps a rule."""

    name = "every_row"
    summary = "Every row has a property."
    Params = EveryRowParams

    def describe(self, params: EveryRowParams) -> str:
        rule, settings = parsed_rule(params.rule, params.params)
        return f"Every row's `{settings.column}` {rule.describe(settings)}."

    def measure(self, output: Output, params: EveryRowParams) -> Measurement:
        found = tally(output, *parsed_rule(params.rule, params.params))
        if isinstance(found, Measurement):
            return found
        evidence = f"{found.breaking:,} of {counted(found.rows, 'row')} break it{found.note}"
        return Measurement("failed" if found.breaking else "passed", evidence, found.failing)

    def conforming(self, params: EveryRowParams) -> MemoryOutput:
        return all_keeping(*parsed_rule(params.rule, params.params))

    def mutants(self, params: EveryRowParams) -> Iterator[Output]:
        yield from one_breaking(*parsed_rule(params.rule, params.params))

    def columns(self, params: EveryRowParams) -> Sequence[str]:
        return (str(params.params["column"]),)

    def remedies(self, params: EveryRowParams, means: Means) -> Sequence[Remedy]:
        rule, settings = parsed_rule(params.rule, params.params)
        return rule.remedies(settings, means)

    def intervals(self, params: EveryRowParams) -> Sequence[Interval]:
        rule, settings = parsed_rule(params.rule, params.params)
        return rule.intervals(settings)
