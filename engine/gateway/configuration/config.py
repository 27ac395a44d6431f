"""The configuration of models, and where every setting comes from.

One precedence, setting by setting: flag > ``CORPUSMITH_`` variable > ``./corpusmith.toml`` > the workspace's
``corpusmith.toml`` > ``OPENAI_`` variable > default. What is said of a role comes before what is said of ``default``,
wherever it stands; what a role does not say it takes from ``default``.

| setting | variables |
|---|---|
| ``models.default.model`` | ``CORPUSMITH_MODEL``, ``OPENAI_MODEL`` |
| ``models.default.base_url`` | ``CORPUSMITH_BASE_URL``, ``OPENAI_BASE_URL`` |
| the key of ``default`` | ``CORPUSMITH_API_KEY``, else the variable that ``api_key_env`` names, else ``OPENAI_API_KEY`` |
| ``models.ROLE.model``, ``.base_url``, the key of ``ROLE`` | ``CORPUSMITH_ROLE_MODEL``, ``_BASE_URL``, ``_API_KEY`` |

``OPENAI_API_KEY`` is sent to ``OPENAI_BASE_URL`` or to OpenAI only: a key is for the service that gave it out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from ...errors import UserError, did_you_mean
from ...models import DEFAULT_ROLE, EMBEDDING_ROLE
from ..spending.budget import Limits
from ..spending.prices import Price
from .config_file import FILE_NAME, LimitSettings, price_settings, read_config_file
from .roles import RoleSettings

DEFAULT_ORIGIN = "default"
OPENAI_BASE_URL = "https://api.openai.com/v1"
_OF_A_MODEL = tuple(RoleSettings.model_fields)
_IN_ENVIRONMENT = {"model": "MODEL", "base_url": "BASE_URL", "api_key_env": "API_KEY"}
_ROLE_VARIABLE = re.compile(r"CORPUSMITH_([A-Z][A-Z0-9_]*)_(?:MODEL|BASE_URL|API_KEY)")


class Setting(NamedTuple):
    """A setting by its dotted name, its value, and where that was found."""

    name: str
    value: Any
    origin: str


@dataclass(frozen=True)
class ModelConfig:
    """The models by role, what a run may spend, what models cost, and the origin of each setting."""

    roles: Mapping[str, RoleSettings]
    limits: Limits
    concurrency: int
    prices: Mapping[str, Price]
    settings: tuple[Setting, ...]

    @property
    def is_configured(self) -> bool:
        """Whether any role has a model."""
        return any(settings.model for settings in self.roles.values())


def load_config(
    workspace: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> ModelConfig:
    """Return the configuration; ``workspace`` is its root folder, ``folder`` the current one unless given.

    ``flags`` holds settings by dotted name, such as ``models.default.model`` or ``limits.max_usd``; ``None`` is not given.
    Raises ``UserError`` for a setting that is unknown or has a bad value.
    """
    return _Layers(
        {name: value for name, value in (flags or {}).items() if value is not None},
        os.environ if environment is None else environment,
        [place / FILE_NAME for place in (folder or Path(), workspace) if place is not None],
    ).config()


class _Layers:
    """The places where settings stand, asked in the order of their precedence."""

    def __init__(self, flags: Mapping[str, Any], environment: Mapping[str, str], files: Iterable[Path]) -> None:
        self._flags = flags
        self._environment = {name: value for name, value in environment.items() if value.strip()}
        self._files = {str(path): read_config_file(path) for path in files}
        _refuse_unknown(flags)

    def config(self) -> ModelConfig:
        limits = [self._limit(name) for name in LimitSettings.model_fields]
        by_role = {role: self._role(role) for role in self._roles()}
        prices = [
            setting
            for name in dict.fromkeys(name for file in self._files.values() for name in file)
            if name.startswith("prices.") and (setting := self._in_files(name))
        ]
        chosen = {setting.name.removeprefix("limits."): setting.value for setting in limits}
        checked = _checked(LimitSettings, chosen, limits)
        return ModelConfig(
            roles={
                role: _checked(RoleSettings, {s.name.rpartition(".")[2]: s.value for s in found}, found)
                for role, found in by_role.items()
            },
            limits=Limits(**checked.model_dump(exclude={"concurrency"})),
            concurrency=checked.concurrency,
            prices=price_settings({setting.name: setting.value for setting in prices}),
            settings=(*(setting for found in by_role.values() for setting in found), *limits, *prices),
        )

    def _roles(self) -> list[str]:
        in_files = [name for file in self._files.values() for name in file]
        named = [name.split(".")[1] for name in (*self._flags, *in_files) if name.startswith("models.")]
        found = [match[1].lower() for name in self._environment if (match := _ROLE_VARIABLE.fullmatch(name))]
        return [DEFAULT_ROLE, *sorted({*named, *found} - {DEFAULT_ROLE})]

    def _role(self, role: str) -> list[Setting]:
        return [self._of_model(role, field) for field in _OF_A_MODEL]

    def _of_model(self, role: str, field: str) -> Setting:
        name = f"models.{role}.{field}"
        own = self._said(role, field)
        if own is None and role != DEFAULT_ROLE and not (role == EMBEDDING_ROLE and field == "model"):
            inherited = self._of_model(DEFAULT_ROLE, field)
            elsewhere = field == "api_key_env" and self._said(role, "base_url") is not None
            if not elsewhere:
                origin = (
                    inherited.origin if inherited.origin == DEFAULT_ORIGIN else f"models.default: {inherited.origin}"
                )
                return Setting(name, inherited.value, origin)
        if own is None:
            return Setting(name, RoleSettings.model_fields[field].default, DEFAULT_ORIGIN)
        return own._replace(name=name)

    def _said(self, role: str, field: str) -> Setting | None:
        """What is said of this role itself."""
        name = f"models.{role}.{field}"
        return (
            self._in_flags(name)
            or self._in_environment(role, field)
            or self._in_files(name)
            or self._of_openai(role, field)
        )

    def _in_flags(self, name: str) -> Setting | None:
        return Setting(name, self._flags[name], "flag") if name in self._flags else None

    def _in_environment(self, role: str, field: str) -> Setting | None:
        if field not in _IN_ENVIRONMENT:
            return None
        middle = "" if role == DEFAULT_ROLE else f"{role.upper()}_"
        variable = f"CORPUSMITH_{middle}{_IN_ENVIRONMENT[field]}"
        return self._variable(f"models.{role}.{field}", variable, field)

    def _in_files(self, name: str) -> Setting | None:
        found = ((path, file[name]) for path, file in self._files.items() if name in file)
        return next((Setting(name, value, path) for path, value in found), None)

    def _of_openai(self, role: str, field: str) -> Setting | None:
        if role != DEFAULT_ROLE or field not in _IN_ENVIRONMENT:
            return None
        if field == "api_key_env" and self._is_elsewhere():
            return None
        return self._variable(f"models.{role}.{field}", f"OPENAI_{_IN_ENVIRONMENT[field]}", field)

    def _is_elsewhere(self) -> bool:
        """Whether the default endpoint is not the one that an ``OPENAI_API_KEY`` is for."""
        said = self._said(DEFAULT_ROLE, "base_url")
        theirs = (OPENAI_BASE_URL, self._environment.get("OPENAI_BASE_URL"))
        return said is not None and str(said.value).rstrip("/") not in [str(url).rstrip("/") for url in theirs]

    def _variable(self, name: str, variable: str, field: str) -> Setting | None:
        if variable not in self._environment:
            return None
        value = variable if field == "api_key_env" else self._environment[variable].strip()
        return Setting(name, value, variable)

    def _limit(self, field: str) -> Setting:
        name = f"limits.{field}"
        default = Setting(name, LimitSettings.model_fields[field].default, DEFAULT_ORIGIN)
        return self._in_flags(name) or self._in_files(name) or default


def _refuse_unknown(flags: Mapping[str, Any]) -> None:
    for name in flags:
        table, _, field = name.rpartition(".")
        known: Mapping[str, Any] = LimitSettings.model_fields if table == "limits" else RoleSettings.model_fields
        if field not in known or not (table == "limits" or table.startswith("models.")):
            raise UserError(f"There is no setting `{name}`.", did_you_mean(field, known))


def _checked(model: type[Any], values: Mapping[str, Any], settings: Iterable[Setting]) -> Any:
    try:
        checked: BaseModel = model(**values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        field = str(found["loc"][0])
        origin = next(setting for setting in settings if setting.name.endswith(f".{field}"))
        raise UserError(
            f"`{origin.name}` has a bad value.", f"{found['msg']}.", f"Mend it where it stands: {origin.origin}."
        ) from error
    return checked
