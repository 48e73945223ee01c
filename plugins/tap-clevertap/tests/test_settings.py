"""Settings: what is wrong is said before any request, in one sentence that names it."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from tap_running import EVERY_STREAM, PASSCODE, config, errors, run, sync

from line_tap.errors import ConfigError
from tap_clevertap.settings import CONFIG_SCHEMA, HOSTS, Settings
from tap_clevertap.tap import TapClevertap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_clevertap import FakeClevertap

GOOD = {
    "account_id": "A",
    "passcode": PASSCODE,
    "account_timezone": "Asia/Kolkata",
    "start_date": "2026-10-31",
}


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("account_id", "", "account_id is missing"),
        ("account_id", None, "account_id is missing"),
        ("passcode", " ", "passcode is missing"),
        ("passcode", [1], "passcode has the wrong type"),
        ("account_timezone", None, "account_timezone is missing"),
        ("account_timezone", "Asia/Bangalore", "account_timezone is 'Asia/Bangalore'"),
        ("account_timezone", "../etc/passwd", "account_timezone"),
        ("account_timezone", "Asia", "account_timezone is 'Asia'"),
        ("start_date", None, "start_date is missing"),
        ("start_date", "31.10.2026", "start_date is '31.10.2026'"),
        ("start_date", "2026-02-30", "start_date is '2026-02-30'"),
        ("end_date", "soon", "end_date is 'soon'"),
        ("end_date", "2026-10-30", r"end_date \(2026-10-30\) is before start_date"),
        ("region", "xx1", "region is 'xx1'"),
        ("api_url", "api.clevertap.com", "api_url is not a URL"),
        ("api_url", "ftp://api.clevertap.com", "api_url is not a URL"),
        ("api_url", "https://user:secret@api.clevertap.com", "api_url is not a URL"),
        ("event_names", "Charged", "event_names has the wrong type"),
        ("event_names", ["Charged", ""], "event_names has an empty"),
        ("profiles_event_name", "", "profiles_event_name has an empty"),
        ("batch_size", 22, "batch_size is 22; it must be from 23 to 5000"),
        ("batch_size", 5001, "batch_size is 5001"),
        ("batch_size", "many", "batch_size has the wrong type"),
        ("max_concurrency", 4, "max_concurrency is 4; it must be from 1 to 3"),
        ("max_concurrency", 0, "max_concurrency is 0"),
        ("lookback_days", -1, "lookback_days is -1; it must be 0 or more"),
        ("request_timeout", 0, "request_timeout"),
        ("max_retry_seconds", -5, "max_retry_seconds"),
        ("reconcile_counts", "off", "reconcile_counts is 'off'; it must be one of never, warn"),
        ("reconcile_tolerance", -1, "reconcile_tolerance is -1"),
        ("reconcile_tolerance", "some", "reconcile_tolerance has the wrong type"),
    ],
)
def test_a_wrong_setting_is_named(setting: str, value: object, words: str) -> None:
    with pytest.raises(ConfigError, match=rf"^The setting {words}") as caught:
        TapClevertap(config={**GOOD, setting: value})
    assert PASSCODE not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_have_their_defaults() -> None:
    settings = Settings.from_config(GOOD)
    defaults = {
        name: schema["default"]
        for name, schema in CONFIG_SCHEMA["properties"].items()
        if "default" in schema
    }
    assert len(defaults) == 9
    assert {name: getattr(settings, name) for name in defaults} == defaults
    assert PASSCODE not in repr(settings)


def test_meltanos_spellings_are_taken() -> None:
    settings = Settings.from_config(
        {**GOOD, "start_date": "2026-10-31T00:00:00Z", "lookback_days": "5", "event_names": []}
    )
    assert settings.first_day.isoformat() == "2026-10-31"
    assert settings.lookback_days == 5


@pytest.mark.parametrize("region", HOSTS)
def test_regions(region: str) -> None:
    assert Settings.from_config({**GOOD, "region": region}).base_url == (
        f"https://{region}.api.clevertap.com"
    )


def test_api_url_overrides_the_region() -> None:
    given = {**GOOD, "region": "in1", "api_url": "http://127.0.0.1:58080/"}
    assert Settings.from_config(given).base_url == "http://127.0.0.1:58080"


def test_a_start_date_in_the_future_is_named(api: FakeClevertap) -> None:
    with pytest.raises(ConfigError, match=r"start_date is 2026-11-01.*2026-10-31"):
        sync(config(api, start_date="2026-11-01"))


def test_the_command_says_it_in_one_sentence(api: FakeClevertap) -> None:
    ended = run(config(api, account_timezone="Asia/Bangalore"))
    assert ended.returncode == 1
    (error,) = errors(ended.stderr)
    assert "account_timezone" in error
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert not api.seen


def test_an_unreadable_config_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text("{")
    ended = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "tap_clevertap", "--config", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    root = logging.getLogger()
    handlers = list(root.handlers)
    yield
    root.handlers[:] = handlers  # the command adds one that writes to this test's stderr


@pytest.mark.usefixtures("_no_network")
def test_discovery_needs_neither_network_nor_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        TapClevertap.cli(["--discover"])
    found = {s["stream"]: s for s in json.loads(capsys.readouterr().out)["streams"]}
    assert {name: s["key_properties"] for name, s in found.items()} == EVERY_STREAM
    methods = {name: s["replication_method"] for name, s in found.items()}
    assert methods["events"] == methods["profiles"] == "INCREMENTAL"
    assert methods["event_schema"] == methods["campaigns"] == "FULL_TABLE"
    assert methods["event_trends"] == methods["message_reports"] == "INCREMENTAL"
    assert methods["campaign_reports"] == "INCREMENTAL"
    assert found["events"]["replication_key"] == "event_date"


@pytest.mark.usefixtures("_no_network")
def test_about_documents_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        TapClevertap.cli(["--about", "--format=json"])
    about = json.loads(capsys.readouterr().out)
    settings = about["settings"]["properties"]
    assert set(Settings.__struct_fields__) <= set(settings)
    assert all(settings[name]["description"] for name in Settings.__struct_fields__)
    assert settings["passcode"]["secret"] is True


def test_meltano_knows_every_setting() -> None:
    root = Path(__file__).parents[3]
    declared = msgspec.yaml.decode((root / "extract" / "tap-clevertap.meltano.yml").read_bytes())
    (plugin,) = declared["plugins"]["extractors"]
    settings = {setting["name"]: setting for setting in plugin["settings"]}
    ours = CONFIG_SCHEMA
    TapClevertap.append_builtin_config(ours)
    assert set(ours["properties"]) == set(settings)
    for name in Settings.__struct_fields__:
        assert settings[name]["description"] == ours["properties"][name]["description"]
        assert settings[name].get("value") == ours["properties"][name].get("default")
    assert settings["passcode"]["sensitive"] is True
    assert plugin["load_schema"] == "raw_clevertap"
    assert {setting for group in plugin["settings_group_validation"] for setting in group} == set(
        CONFIG_SCHEMA["required"]
    )
