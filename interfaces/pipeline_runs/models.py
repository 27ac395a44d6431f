"""Which models a run may use and what it may spend: from flags, configuration and pipeline to an open gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.context import EMBEDDING, LLM
from ...engine.errors import UserError
from ...engine.events import EventSink
from ...engine.pipeline import Pipeline
from ...engine.registry import Registry

if TYPE_CHECKING:
    from ...engine.gateway.configuration.config import ModelConfig
    from ...engine.gateway.gateway import Gateway


@dataclass(frozen=True)
class ModelFlags:
    """What the command line says of models; ``None`` leaves it to the environment and the configuration files."""

    model: str | None = None
    base_url: str | None = None
    max_usd: float | None = None
    max_calls: int | None = None
    record: Path | None = None
    replay: Path | None = None
    cache: bool = True

    def config(self, workspace: Path, pipeline: Pipeline) -> ModelConfig:
        """Return the configuration of a run; a model that the pipeline names for a role is not another one's to choose.

        Raises ``UserError`` where ``--model`` says otherwise, and for a configuration that is wrong.
        """
        from ...engine.gateway.configuration.config import load_config
        from ...engine.models import DEFAULT_ROLE

        named = pipeline.models.get(DEFAULT_ROLE)
        if self.model is not None and named not in (None, self.model):
            raise UserError(
                f"The pipeline `{pipeline.name}` must be answered by `{named}`.",
                f"--model says `{self.model}`.",
                "Leave out --model, or change `models` in the pipeline.",
            )
        pinned = {f"models.{role}.model": model for role, model in pipeline.models.items()}
        flags = {
            f"models.{DEFAULT_ROLE}.model": self.model,
            f"models.{DEFAULT_ROLE}.base_url": self.base_url,
            "limits.max_usd": self.max_usd,
            "limits.max_calls": self.max_calls,
        }
        return load_config(workspace, {**flags, **pinned})


NOTHING_SAID = ModelFlags()


def needs_models(pipeline: Pipeline, registry: Registry) -> bool:
    """Say whether a step of the pipeline calls a model."""
    return any(
        step.operator in registry and {LLM, EMBEDDING}.intersection(registry.get(step.operator).needs)
        for step in pipeline.steps
    )


@contextmanager
def opened_gateway(
    flags: ModelFlags, config: ModelConfig, run_folder: Path, cache: Path, emit: EventSink
) -> Iterator[Gateway]:
    """Open the gateway of a run, and at the end close it: what was sent is waited for and kept.

    Where answers of other runs do not count, this one's are kept in its own folder, so that going on asks nothing twice. A model called ``vllm:MODEL`` is served for as long, unless a recording answers in its place.
    """
    from ...engine.gateway.opening import open_gateway
    from ...engine.gateway.serving.served import models_served

    with nullcontext(config) if flags.replay else models_served(config, run_folder) as reached:
        gateway = open_gateway(
            reached, run_folder, cache if flags.cache else run_folder, emit, record=flags.record, replay=flags.replay
        )
        try:
            yield gateway
        finally:
            asyncio.run(gateway.close())
