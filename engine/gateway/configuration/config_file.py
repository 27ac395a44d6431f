"""Reads ``corpusmith.toml``: every key is known, every value is checked, and a key that opens an account is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import UserError, did_you_mean
from ..spending.budget import Limits
from ..spending.prices import Price
from .roles import RoleSettings

FILE_NAME = "corpusmith.toml"
_SECRETS = ("api_key", "key", "token", "secret", "password")


class LimitSettings(Limits):
    """What ``[limits]`` may hold."""

    concurrency: Annotated[int, Field(ge=1, le=4096)] = 128
    """The most requests in flight at one endpoint; fewer are sent while it is slow or busy."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    models: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], RoleSettings] = {}
    limits: LimitSettings = LimitSettings()
    prices: dict[str, Price] = {}


_TABLES: dict[str, type[BaseModel]] = {"models": RoleSettings, "limits": LimitSettings, "prices": Price}


def read_config_file(path: Path) -> dict[str, Any]:
    """Return the settings that stand in ``path``, by dotted name such as ``models.default.model``; none without a file.

    Raises ``UserError`` for what is no TOML, an unknown key (with the nearest name), a bad value and a key in the file.
    """
    if not path.is_file():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path} cannot be read.", f"{error.strerror}.", "Mend its permissions.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no TOML.", f"{error}.", "Mend the line that it names.") from error
    _refuse_secrets(content, path)
    try:
        _File(**content)
    except ValidationError as error:
        raise _for_a_person(error, path) from error
    return dict(_settings(content))


def price_settings(settings: Mapping[str, Any]) -> dict[str, Price]:
    """Return the prices among settings by dotted name; a model's name may hold dots itself."""
    named: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        if name.startswith("prices."):
            model, _, field = name.removeprefix("prices.").rpartition(".")
            named.setdefault(model, {})[field] = value
    return {model: Price(**fields) for model, fields in named.items()}


def _settings(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for table, values in content.items():
        for name, value in values.items():
            if isinstance(value, dict):
                yield from ((f"{table}.{name}.{field}", inner) for field, inner in value.items())
            else:
                yield f"{table}.{name}", value


def _refuse_secrets(content: Mapping[str, Any], path: Path, above: str = "") -> None:
    for name, value in content.items():
        if isinstance(value, dict):
            _refuse_secrets(value, path, f"{above}{name}.")
        elif name.lower() in _SECRETS and not above.startswith("prices."):
            raise UserError(
                f"`{above}{name}` in {path} holds a key.",
                "Keys are read from the environment only, so that no file gives them away.",
                'Take it out, put the key into a variable such as MY_KEY, and write `api_key_env = "MY_KEY"`.',
            )


def _for_a_person(error: ValidationError, path: Path) -> UserError:
    problems = [_problem(found["type"], found["loc"], found["msg"]) for found in error.errors(include_input=False)]
    return UserError(f"{path} has a setting that cannot be used.", " ".join(problems), "Mend the file.")


def _problem(kind: str, place: tuple[int | str, ...], message: str) -> str:
    parts = [str(part) for part in place if part != "[key]"]
    name = ".".join(parts)
    if kind != "extra_forbidden":
        return f"`{name}`: {message}."
    model = _TABLES.get(parts[0]) if len(parts) > 1 else None
    known = model.model_fields if model else _TABLES
    return f"There is no `{name}`. {did_you_mean(parts[-1], known)}"
