"""What the steps of a pipeline will ask of models, and what that costs at least."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ...engine.checking.estimate import estimate
from ...engine.models import DEFAULT_ROLE, Usage
from ...engine.pipeline import Pipeline
from ...engine.reading import Source
from ...engine.registry import Registry

if TYPE_CHECKING:
    from ...engine.gateway.configuration.config import ModelConfig

_MEASURED_ROWS = 1000


class StepCost(NamedTuple):
    """What one step asks for at most; ``None`` is what cannot be known.

    ``usd`` is the price of the rows' own text as input; the prompt around it and the answers come on top.
    """

    step: str
    role: str
    model: str | None
    calls: int | None
    prompt_tokens: int | None
    usd: float | None


def costs_of(
    pipeline: Pipeline, registry: Registry, sources: Mapping[str, Source] | None, config: ModelConfig
) -> list[StepCost]:
    """Return the cost of each step that asks a model, as far as it is known before the run."""
    from ...engine.gateway.spending.prices import Prices

    prices, costs = Prices(config.prices), []
    rows = {name: source.rows for name, source in (sources or {}).items()}
    for each in estimate(pipeline, registry, rows, characters=_mean_characters(sources or {})):
        settings = config.roles.get(each.role) or config.roles[DEFAULT_ROLE]
        price = prices.get(settings.model) if settings.model else None
        known = price is not None and each.prompt_tokens is not None
        usd = price.of(Usage(prompt_tokens=each.prompt_tokens or 0)) if price is not None and known else None
        costs.append(StepCost(each.step, each.role, settings.model, each.calls, each.prompt_tokens, usd))
    return costs


def _mean_characters(sources: Mapping[str, Source]) -> dict[str, float]:
    """The mean length of the values of each text column, over the first rows of the sources."""
    means: dict[str, float] = {}
    for source in sources.values():
        batch: Any = next(iter(source.batches(_MEASURED_ROWS)), None)
        if batch is None:
            continue
        for name in source.schema.names:
            column = batch.column(name)
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                means[name] = pc.mean(pc.utf8_length(column)).as_py() or 0.0
    return means
