"""Counting the rows for which a rule holds, in one pass over one column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ...engine.errors import UserError
from .catalogue import rule as rule_named
from .measurability import obstacle
from .template import CheckParams, Measurement, RowRule, RuleParams
from .values import UnmeasurableError, column_values, row_excerpt
from .view import Output
from .wording import counted

FAILING_SHOWN = 10


@dataclass
class RowTally:
    """How many rows there are, for how many the rule holds, how many have no value, and the first that break it."""

    rows: int = 0
    holding: int = 0
    missing: int = 0
    failing: list[str] = field(default_factory=list)

    @property
    def breaking(self) -> int:
        """How many rows break the rule."""
        return self.rows - self.holding

    @property
    def note(self) -> str:
        """What stands behind the figures: the first row that breaks the rule, and how many rows have no value."""
        example = f"; broken by e.g. {self.failing[0]}" if self.failing else ""
        return (f"; {counted(self.missing, 'row')} without a value" if self.missing else "") + example


def tally(output: Output, rule: RowRule[Any], params: RuleParams) -> RowTally | Measurement:
    """Return the tally of all rows, or the reason why there is none."""
    hindered = obstacle(output, [params.column])
    if hindered is not None:
        return hindered
    found = RowTally()
    for value in column_values(output.rows, params.column):
        try:
            holds = rule.holds(value, params)
        except UnmeasurableError as error:
            return Measurement("unverified", f"row {found.rows + 1:,} of `{params.column}`: {error}")
        if not holds and len(found.failing) < FAILING_SHOWN:
            found.failing.append(row_excerpt(found.rows, value))
        found.rows += 1
        found.holding += holds
        found.missing += value is None
    return found


def parsed_rule(rule: str, params: dict[str, Any]) -> tuple[RowRule[Any], RuleParams]:
    """Return the rule and its validated parameters; raises ``ValueError`` for what does not exist or does not fit."""
    try:
        named = rule_named(rule)
        return named, named.Params.model_validate(params)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or rule}: {e['msg']}" for e in error.errors())
        raise ValueError(f"the parameters of `{rule}` do not fit: {problems}") from error
    except UserError as error:
        raise ValueError(str(error)) from error


class RuleUse(CheckParams):
    """The base of the parameters of checks that apply a rule: its name and its parameters."""

    rule: str
    params: dict[str, Any]

    def model_post_init(self, _: Any) -> None:
        parsed_rule(self.rule, self.params)
