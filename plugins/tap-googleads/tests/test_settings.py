from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from line_tap.errors import ConfigError
from tap_googleads.config_schema import CONFIG_SCHEMA
from tap_googleads.settings import Settings
from tap_googleads.tap import TapGoogleAds

SECRET = "1//very-secret"  # noqa: S105  # of no one
GOOD: dict[str, Any] = {
    "oauth_credentials": {"client_id": "c", "client_secret": SECRET, "refresh_token": SECRET},
    "developer_token": SECRET,
    "start_date": "2026-08-03",
}
PROJECT = Path(__file__).parents[3]


def test_defaults() -> None:
    settings = Settings.from_config(GOOD)
    assert settings.api_url == "https://googleads.googleapis.com"
    assert (settings.api_version, settings.lookback_days) == ("v26", 30)
    assert settings.customers == []
    assert SECRET not in repr(settings)


def test_customers_are_cleaned_and_told_once() -> None:
    given = {"customer_ids": ["314-159-2653", "2718281828"], "customer_id": "3141592653"}
    assert Settings.from_config({**GOOD, **given}).customers == ["3141592653", "2718281828"]


def test_an_empty_setting_is_none() -> None:
    empty = dict.fromkeys(("login_customer_id", "end_date", "token_uri", "service_account"), "")
    settings = Settings.from_config({**GOOD, **empty})
    assert settings.manager is None
    assert settings.last_day is None
    assert settings.service_account_info is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"developer_token": None}, "setting developer_token is missing: The developer token"),
        ({"start_date": ""}, "setting start_date is missing"),
        ({"start_date": "yesterday"}, "start_date is 'yesterday', not a day"),
        ({"end_date": "2026-08-01"}, "end_date .* is before start_date"),
        ({"oauth_credentials": {"client_id": "c"}}, "oauth_credentials.client_secret is missing"),
        ({"oauth_credentials": None}, "or log in with service_account"),
        ({"login_customer_id": "12"}, "login_customer_id has '12'; a customer id has ten digits"),
        ({"customer_ids": ["x"]}, "customer_ids has 'x'"),
        ({"customer_ids": "3141592653"}, "customer_ids has the wrong type"),
        ({"api_version": "26"}, "api_version is '26', not as in v26"),
        ({"api_url": "googleads"}, "api_url is not a URL"),
        ({"token_uri": "https://user@host/token"}, "token_uri is not a URL"),
        ({"on_customer_error": "ignore"}, "on_customer_error is 'ignore'; it must be fail or warn"),
        ({"lookback_days": -1}, "lookback_days is -1; it must be 0 or more"),
        ({"request_timeout": 0}, "request_timeout is 0"),
        ({"max_retry_seconds": "long"}, "max_retry_seconds has the wrong type"),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        TapGoogleAds(config={**GOOD, **changed})
    assert SECRET not in str(caught.value)


def test_meltano_knows_every_setting() -> None:
    file = PROJECT / "extract" / "tap-googleads.meltano.yml"
    (plugin,) = YAML(typ="safe").load(file)["plugins"]["extractors"]
    declared = {one["name"]: one for one in plugin["settings"]}
    ours = {name: CONFIG_SCHEMA["properties"][name] for name in Settings.__struct_fields__}
    login = ours.pop("oauth_credentials")["properties"]
    ours |= {f"oauth_credentials.{name}": schema for name, schema in login.items()}
    for name, schema in ours.items():
        assert declared[name]["description"] == schema["description"], name
        assert declared[name].get("value") == schema.get("default"), name
        assert bool(declared[name].get("sensitive")) == bool(schema.get("secret")), name
