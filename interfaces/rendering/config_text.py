"""The configuration for people: one line per setting, and of a key only whether it is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from rich.text import Text

from ...engine.gateway.configuration.config import DEFAULT_ORIGIN, Setting
from ..examination.finding import without_home
from ..terminal import visible


class ShownSetting(NamedTuple):
    """A setting as it may be shown."""

    name: str
    value: Any
    origin: str


def shown_settings(settings: Sequence[Setting], environment: Mapping[str, str]) -> list[ShownSetting]:
    """Return the settings without what must not be seen: keys, and names and passwords in addresses."""
    return [_shown(setting, environment) for setting in settings]


def config_text(settings: Sequence[ShownSetting], *, origin: bool) -> Text:
    """Return one line per setting: its name, its value and, where asked for, its origin; defaults are dim."""
    widths = (max(len(setting.name) for setting in settings), max(len(_value(setting)) for setting in settings))
    text = Text()
    for setting in settings:
        line = f"{setting.name:<{widths[0]}}  {_value(setting):<{widths[1]}}" + f"  {visible(setting.origin)}" * origin
        text.append(f"{line.rstrip()}\n", style="dim" if setting.origin == DEFAULT_ORIGIN else "")
    text.rstrip()
    return text


def _shown(setting: Setting, environment: Mapping[str, str]) -> ShownSetting:
    name, value, origin = setting.name, setting.value, without_home(setting.origin)
    if name.endswith(".api_key_env"):
        state = "set" if value and environment.get(value, "").strip() else "not set"
        return ShownSetting(name.removesuffix("_env"), f"{state} ({value})" if value else state, origin)
    return ShownSetting(name, _without_credentials(value) if name.endswith(".base_url") and value else value, origin)


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _value(setting: ShownSetting) -> str:
    return "-" if setting.value is None else visible(str(setting.value))
