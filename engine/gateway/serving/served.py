"""Models that a run serves itself: a model called ``vllm:MODEL`` is served by vLLM for as long as the run lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from ..configuration.config import ModelConfig
from ..configuration.roles import RoleSettings
from .vllm_server import VllmServer

VLLM = "vllm:"


@contextmanager
def models_served(config: ModelConfig, logs: Path) -> Iterator[ModelConfig]:
    """Start a server for every ``vllm:MODEL`` of the configuration, and yield the configuration that reaches them.

    Roles of one model share a server. The logs go to ``logs``. Raises ``UserError`` where vLLM is not installed, and
    ``EndpointError`` for a server that does not get ready.
    """
    with ExitStack() as stack:
        servers: dict[str, VllmServer] = {}
        for model in sorted({str(settings.model) for settings in config.roles.values() if _is_ours(settings)}):
            log = logs / f"vllm-{len(servers) + 1}.log"
            servers[model] = stack.enter_context(VllmServer(model.removeprefix(VLLM), log))
        roles = {
            role: _reaching(settings, servers[str(settings.model)]) if _is_ours(settings) else settings
            for role, settings in config.roles.items()
        }
        yield replace(config, roles=roles)


def _is_ours(settings: RoleSettings) -> bool:
    return settings.model is not None and settings.model.startswith(VLLM)


def _reaching(settings: RoleSettings, server: VllmServer) -> RoleSettings:
    return settings.model_copy(update={"model": server.name, "base_url": server.base_url, "api_key_env": None})
