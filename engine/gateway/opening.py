"""Opens the gateway of a run: from a configuration to a ``Gateway``, with nothing reached or imported before the first call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from ..errors import UserError
from ..events import EventSink, discard
from .configuration.config import OPENAI_BASE_URL, ModelConfig
from .configuration.roles import RoleSettings
from .gateway import Endpoint, Gateway
from .keeping.cache import Cache, KeptAnswers, NothingKept
from .keeping.recording import Recorder, Replay
from .spending.budget import Budget, Limits
from .spending.metering import MeteredTransport
from .spending.prices import Prices
from .spending.spend import SpendLedger

SPEND_FILE = "spend.sqlite"
CACHE_FILE = "answers.sqlite"


def open_gateway(
    config: ModelConfig,
    run_folder: Path,
    cache_folder: Path | None,
    emit: EventSink = discard,
    *,
    limits: Limits | None = None,
    record: Path | None = None,
    replay: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Gateway:
    """Return the gateway of a run; ``close`` it at the end.

    What the run spends is kept in ``run_folder`` and counts again when the run goes on; answers are kept in
    ``cache_folder``, and nowhere when that is ``None``. ``limits`` come in the place of the configured ones. With ``record``
    every exchange is written there; with ``replay`` that recording answers everything, and no model is needed.
    ``emit`` is called in the gateway's thread. Raises ``UserError`` where no model is configured.
    """
    prices = Prices(config.prices)
    recorded = Replay(replay) if replay else None
    roles = recorded.roles() if recorded else config.roles
    if not any(settings.model for settings in roles.values()):
        raise _nothing_configured()
    with ExitStack() as opened:
        spend = SpendLedger(prices, run_folder / SPEND_FILE, emit)
        opened.callback(spend.close)
        kept: KeptAnswers = recorded or (Cache(cache_folder / CACHE_FILE) if cache_folder else NothingKept())
        opened.callback(kept.close)
        recorder = Recorder(record, roles) if record else None
        opened.pop_all()
    budget = Budget(limits or config.limits, spend, emit)
    connector = _Connector(budget, spend, config.concurrency, os.environ if environment is None else environment)
    return Gateway(roles, connector.connect, spend, kept, recorder)


class _Connector:
    """Connects to the endpoint of a role."""

    def __init__(self, budget: Budget, spend: SpendLedger, concurrency: int, environment: Mapping[str, str]) -> None:
        self._budget = budget
        self._spend = spend
        self._concurrency = concurrency
        self._environment = environment

    def connect(self, settings: RoleSettings) -> Endpoint:
        from .endpoint.concurrency import Limiter
        from .endpoint.dispatcher import Dispatcher
        from .endpoint.openai_transport import OpenAITransport

        transport = OpenAITransport(
            settings.base_url or OPENAI_BASE_URL,
            self._key(settings),
            timeout_s=settings.timeout_s,
            max_connections=self._concurrency,
        )
        metered = MeteredTransport(transport, self._budget, self._spend)
        limiter = Limiter(ceiling=self._concurrency)
        return Dispatcher(metered, limiter=limiter, hung_after_s=settings.timeout_s)

    def _key(self, settings: RoleSettings) -> str:
        """The key, empty where the endpoint may want none; OpenAI always wants one."""
        name = settings.api_key_env
        key = self._environment.get(name, "").strip() if name else ""
        if name and not key:
            raise UserError(f"The key of the model is missing: {name} is not set.", fix=f"export {name}=...")
        if not key and settings.base_url is None:
            raise UserError(
                "No address and no key of a model are configured.",
                fix="Set CORPUSMITH_BASE_URL to your endpoint, or OPENAI_API_KEY to use OpenAI.",
            )
        return key


def _nothing_configured() -> UserError:
    return UserError(
        "No model is configured.",
        fix="Set CORPUSMITH_MODEL and CORPUSMITH_BASE_URL (CORPUSMITH_API_KEY if the endpoint wants a key), "
        'or `model = "..."` under [models.default] in corpusmith.toml.',
    )
