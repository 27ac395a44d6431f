"""A rule holds for a share of all rows that lies within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, model_validator

from ..memory_output import MemoryOutput
from ..row_tally import RuleUse, parsed_rule, tally
from ..rule_samples import so_many
from ..shares import share_samples, share_within, shares_outside
from ..template import CheckTemplate, Interval, Means, Measurement, Remedy
from ..values import UnmeasurableError
from ..view import Output
from ..wording import percent


class ShareOfRowsParams(RuleUse):
    """The rule, its parameters and the bounds of the share, both inclusive."""

    min_share: Annotated[float | None, Field(ge=0, le=1)] = None
    max_share: Annotated[float | None, Field(ge=0, le=1)] = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> ShareOfRowsParams:
        low, high = self.min_share or 0.0, 1.0 if self.max_share is None else self.max_share
        if low == 0 and high == 1:
            raise ValueError("give `min_share` above 0 or `max_share` below 1")
        if low > high:
            raise ValueError(f"`min_share` ({low}) is above `max_share` ({high})")
        return self


class ShareOfRows(CheckTemplate[ShareOfRowsParams]):
    """The share of all rows for which a rule holds lies within bounds."""

    name = "share_of_rows"
    summary = "A share of the rows has a property."
    Params = ShareOfRowsParams
    needs_all_rows = True

    def describe(self, params: ShareOfRowsParams) -> str:
        rule, settings = parsed_rule(params.rule, params.params)
        return f"For {_bounds(params)} of the rows `{settings.column}` {rule.describe(settings)}."

    def measure(self, output: Output, params: ShareOfRowsParams) -> Measurement:
        found = tally(output, *parsed_rule(params.rule, params.params))
        if isinstance(found, Measurement):
            return found
        within = share_within(found.holding, found.rows, params.min_share, params.max_share)
        share = percent(found.holding / found.rows)
        evidence = f"it holds for {found.holding:,} of {found.rows:,} rows ({share}){found.note}"
        return Measurement("passed" if within else "failed", evidence, () if within else found.failing)

    def conforming(self, params: ShareOfRowsParams) -> MemoryOutput:
        rule, settings = parsed_rule(params.rule, params.params)
        holding, rows = share_samples(params.min_share, params.max_share)
        all_or_none = [part for part in (rows, 0) if share_within(part, rows, params.min_share, params.max_share)]
        for part in (holding, *all_or_none):
            made = so_many(rule, settings, part, rows)
            if made is not None:
                return made
        raise UnmeasurableError("no column can hold values that keep the rule beside values that break it")

    def mutants(self, params: ShareOfRowsParams) -> Iterator[Output]:
        rule, settings = parsed_rule(params.rule, params.params)
        _, rows = share_samples(params.min_share, params.max_share)
        for holding in shares_outside(params.min_share, params.max_share, rows):
            made = so_many(rule, settings, holding, rows)
            if made is not None:
                yield made

    def columns(self, params: ShareOfRowsParams) -> Sequence[str]:
        return (str(params.params["column"]),)

    def remedies(self, params: ShareOfRowsParams, means: Means) -> Sequence[Remedy]:
        """Return what makes the rule hold for every row; nothing makes it hold for only some."""
        if params.max_share is not None and params.max_share < 1:
            return ()
        rule, settings = parsed_rule(params.rule, params.params)
        return rule.remedies(settings, means)

    def intervals(self, params: ShareOfRowsParams) -> Sequence[Interval]:
        rule, settings = parsed_rule(params.rule, params.params)
        quantity = f"share of rows whose `{settings.column}` {rule.describe(settings)}"
        return (Interval(quantity, params.min_share, params.max_share),)


def _bounds(params: ShareOfRowsParams) -> str:
    low, high = params.min_share, params.max_share
    if low is not None and high is not None:
        return f"between {percent(low)} and {percent(high)}"
    return f"at least {percent(low)}" if low is not None else f"at most {percent(high or 0)}"
