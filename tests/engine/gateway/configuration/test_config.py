"""Where the settings of models come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.gateway.configuration.config import ModelConfig, load_config
from corpusmith.engine.gateway.opening import open_gateway
from corpusmith.engine.gateway.spending.prices import Price

URL = "http://localhost:8000/v1"


def config_in(
    folder: Path, toml: str = "", variables: dict[str, str] | None = None, flags: dict[str, Any] | None = None
) -> ModelConfig:
    here = folder / "here"
    here.mkdir(exist_ok=True)
    (here / "corpusmith.toml").write_text(toml)
    return load_config(folder / "workspace", flags, environment=variables or {}, folder=here)


def origins(config: ModelConfig) -> dict[str, tuple[Any, str]]:
    return {setting.name: (setting.value, setting.origin) for setting in config.settings}


def test_a_setting_is_taken_from_the_first_place_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "corpusmith.toml").write_text('[models.default]\nmodel = "of workspace"\ntop_p = 0.5\n')
    file = str(tmp_path / "here" / "corpusmith.toml")
    toml = '[models.default]\nmodel = "of file"\n'
    openai, ours, flag = (
        {"OPENAI_MODEL": "of openai"},
        {"CORPUSMITH_MODEL": "of ours"},
        {"models.default.model": "flag"},
    )
    found = [
        origins(config_in(tmp_path, toml, {**openai, **ours}, flag)),
        origins(config_in(tmp_path, toml, {**openai, **ours})),
        origins(config_in(tmp_path, toml, openai)),
        origins(config_in(tmp_path, "", openai)),
    ]
    assert [place["models.default.model"] for place in found] == [
        ("flag", "flag"),
        ("of ours", "CORPUSMITH_MODEL"),
        ("of file", file),
        ("of workspace", str(tmp_path / "workspace" / "corpusmith.toml")),
    ]
    assert found[0]["models.default.top_p"][0] == 0.5
    (tmp_path / "workspace" / "corpusmith.toml").unlink()
    assert origins(config_in(tmp_path, "", openai))["models.default.model"] == ("of openai", "OPENAI_MODEL")
    assert origins(config_in(tmp_path))["models.default.model"] == (None, "default")


def test_a_role_takes_from_default_what_it_does_not_say(tmp_path: Path) -> None:
    toml = f'[models.default]\nmodel = "m"\nbase_url = "{URL}"\ntemperature = 0.5\n[models.judge]\ntemperature = 0\n'
    config = config_in(tmp_path, toml, {"CORPUSMITH_PLANNER_MODEL": "p", "CORPUSMITH_EMBEDDING_MODEL": "e"})
    assert {role: settings.model for role, settings in config.roles.items()} == {
        "default": "m",
        "judge": "m",
        "planner": "p",
        "embedding": "e",
    }
    assert config.roles["judge"].temperature == 0
    assert config.roles["planner"].temperature == 0.5
    assert {settings.base_url for settings in config.roles.values()} == {URL}


def test_a_role_at_another_address_does_not_take_the_key_of_default(tmp_path: Path) -> None:
    variables = {"CORPUSMITH_API_KEY": "k", "CORPUSMITH_MODEL": "m", "CORPUSMITH_JUDGE_BASE_URL": URL}
    config = config_in(tmp_path, "[models.writer]\n", variables)
    assert config.roles["default"].api_key_env == "CORPUSMITH_API_KEY"
    assert config.roles["judge"].api_key_env is None
    assert config_in(tmp_path, "", {**variables, "CORPUSMITH_JUDGE_API_KEY": "j"}).roles["judge"].api_key_env == (
        "CORPUSMITH_JUDGE_API_KEY"
    )


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"OPENAI_API_KEY": "k"}, "OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": URL}, "OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "k", "CORPUSMITH_BASE_URL": URL}, None),
        ({"OPENAI_API_KEY": "k", "CORPUSMITH_BASE_URL": URL, "CORPUSMITH_API_KEY": "c"}, "CORPUSMITH_API_KEY"),
    ],
)
def test_a_key_goes_only_where_it_belongs(tmp_path: Path, variables: dict[str, str], name: str | None) -> None:
    assert config_in(tmp_path, "", variables).roles["default"].api_key_env == name


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[models.default]\ntemprature = 1\n", "Did you mean `temperature`?"),
        ("[limit]\nmax_usd = 1\n", "Did you mean `limits`?"),
        ("[limits]\nmax_dollars = 1\n", "There is no `limits.max_dollars`."),
        ('[prices."a.b"]\ninputs = 1\n', "Did you mean `input`?"),
        ("[models.default]\ntemperature = 9\n", "models.default.temperature"),
        ("[models]\nmodel = 3\n", "models.model"),
        ("models = 3\n", "models"),
        ("[models\n", "is no TOML"),
        ('[models.default]\napi_key = "sk-123"\n', 'api_key_env = "MY_KEY"'),
        ('[models.default]\nbase_url = "localhost"\n', "models.default.base_url"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        config_in(tmp_path, toml)
    assert said in str(caught.value)
    assert "corpusmith.toml" in str(caught.value)
    assert "sk-123" not in str(caught.value)


def test_a_bad_value_in_a_variable_or_flag_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="CORPUSMITH_BASE_URL"):
        config_in(tmp_path, "", {"CORPUSMITH_BASE_URL": "nonsense"})
    with pytest.raises(UserError, match=r"limits\.max_usd.*flag"):
        config_in(tmp_path, flags={"limits.max_usd": -1})
    with pytest.raises(UserError, match="Did you mean `max_usd`"):
        config_in(tmp_path, flags={"limits.max_ust": 1})


def test_limits_and_prices_are_read(tmp_path: Path) -> None:
    toml = '[limits]\nmax_usd = 2.5\nconcurrency = 7\n[prices."org/model-1.5"]\ninput = 1\noutput = 2\n'
    config = config_in(tmp_path, toml, flags={"limits.max_calls": 3, "limits.max_tokens": None})
    assert (config.limits.max_usd, config.limits.max_calls, config.limits.max_tokens) == (2.5, 3, None)
    assert config.concurrency == 7
    assert config.prices == {"org/model-1.5": Price(input=1, output=2)}


def test_without_a_model_the_error_says_what_to_set(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    assert not config.is_configured
    with pytest.raises(UserError, match="CORPUSMITH_MODEL"):
        open_gateway(config, tmp_path / "run", None)
    assert not (tmp_path / "run").exists()


async def test_a_missing_key_is_named(tmp_path: Path) -> None:
    toml = f'[models.default]\nmodel = "m"\nbase_url = "{URL}"\napi_key_env = "MY_KEY"\n'
    gateway = open_gateway(config_in(tmp_path, toml), tmp_path / "run", None, environment={})
    with pytest.raises(UserError, match="MY_KEY is not set"):
        await gateway.chat([{"role": "user", "content": "hello"}])
    await gateway.close()


async def test_openai_without_a_key_is_not_asked(tmp_path: Path) -> None:
    gateway = open_gateway(config_in(tmp_path, "", {"CORPUSMITH_MODEL": "m"}), tmp_path / "run", None, environment={})
    with pytest.raises(UserError, match="No address and no key"):
        await gateway.chat([{"role": "user", "content": "hello"}])
    with pytest.raises(UserError, match="CORPUSMITH_EMBEDDING_MODEL"):
        await gateway.embed(["hello"])
    await gateway.close()
