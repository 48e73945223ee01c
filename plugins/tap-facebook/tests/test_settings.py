"""Settings that are wrong are told by name, before anything is asked; secrets are not quoted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from facebook_running import errors, run

from line_tap.errors import ConfigError
from tap_facebook.settings import Settings
from tap_facebook.tap import TapFacebook

GOOD = {"access_token": "SECRET", "account_id": "act_1", "start_date": "2026-10-01"}


def report(**members: object) -> dict[str, Any]:
    return {"insight_reports_list": [{"name": "mine", **members}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start_date": None}, "start_date is missing"),
        ({"start_date": "yesterday"}, "start_date is 'yesterday'"),
        ({"end_date": "2026-09-30"}, "end_date .* is before"),
        ({"access_token": None}, "No token for the account 1"),
        ({"access_token": " "}, "No token for the account 1"),
        ({"account_id": None}, "Neither account_id nor account_ids"),
        ({"account_ids": ["my shop"]}, "'my shop'"),
        ({"account_ids": 7}, "account_ids has the wrong type"),
        ({"access_tokens": "{"}, "access_tokens is not valid JSON"),
        ({"api_version": "26"}, "api_version is '26'"),
        ({"api_url": "graph.facebook.com"}, "api_url is not a URL"),
        ({"page_size": 0}, "page_size is 0"),
        ({"page_size": "many"}, "page_size has the wrong type"),
        ({"window_days": 5000}, "window_days is 5000"),
        ({"request_timeout": 0}, "request_timeout"),
        ({"max_retry_seconds": -1}, "max_retry_seconds"),
        ({"usage_threshold": 101}, "usage_threshold"),
        ({"insight_reports_list": "all"}, "insight_reports_list"),
        ({"insight_reports_list": [{"level": "ad"}]}, "insight_reports_list .*name"),
        (report(breakdown=["age"]), "breakdown"),
        (report(level="keyword"), "level 'keyword' in the report 'mine'"),
        (report(time_increment_days=91), "time_increment_days 91"),
        (report(time_increment_days="weekly"), "time_increment_days 'weekly'"),
        (report(action_report_time="now"), "action_report_time"),
        (report(lookback_window=-1), "lookback_window"),
        (report(breakdowns=["age", "age"]), "breakdowns"),
        (report(fields=["profit"]), "fields"),
        (report(name="a b"), "name 'a b'"),
        (report(name="default", level="campaign"), "another name"),
        ({"insight_reports_list": [{"name": "a"}, {"name": "a"}]}, "two reports named 'a'"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        TapFacebook(config={**GOOD, **change})
    assert "SECRET" not in str(caught.value)


def test_the_command_says_it_in_one_line() -> None:
    done = run({**GOOD, "page_size": 0})
    assert done.returncode == 1
    (line,) = errors(done.stderr)
    assert "page_size" in line
    assert "Traceback" not in done.stderr


def test_accounts_and_their_tokens() -> None:
    settings = Settings.from_config(
        {
            **GOOD,
            "account_ids": ["2", "act_1", " act_3 "],
            "access_tokens": {"act_2": "TWO", "3": "THREE"},
        }
    )
    assert settings.accounts == ["1", "2", "3"]
    assert [settings.token(one)[0] for one in settings.accounts] == ["SECRET", "TWO", "THREE"]
    assert "SECRET" not in repr(settings)


def test_lists_may_come_as_text() -> None:
    settings = Settings.from_config(
        {**GOOD, "account_ids": "2, 3", "access_tokens": '{"3": "THREE"}'}
    )
    assert settings.accounts == ["1", "2", "3"]
    assert settings.token("3")[0] == "THREE"


def test_the_hubs_settings_are_taken() -> None:
    hub = report(
        level="campaign",
        breakdowns=[],
        action_breakdowns=[],
        time_increment_days=1,
        action_attribution_windows_view="1d_view",
        action_attribution_windows_click="7d_click",
        action_report_time="mixed",
        lookback_window=28,
    )
    times = {"start_date": "2026-10-01T00:00:00Z", "end_date": "2026-10-09T00:00:00Z"}
    settings = TapFacebook(config={**GOOD, **hub, **times}).settings
    assert [one.name for one in settings.reports] == ["default", "mine"]
    assert settings.reports[1].windows == ["1d_view", "7d_click"]
    assert settings.reports[0].windows == ["1d_view", "1d_click", "7d_click", "28d_click"]


@pytest.mark.parametrize(
    ("level", "breakdowns", "key"),
    [
        ("account", [], ["date_start", "account_id"]),
        ("campaign", [], ["date_start", "account_id", "campaign_id"]),
        ("adset", ["country"], ["date_start", "account_id", "adset_id", "country"]),
        ("ad", ["age", "gender"], ["date_start", "account_id", "ad_id", "age", "gender"]),
    ],
)
def test_keys_are_by_level_and_breakdown(level: str, breakdowns: list[str], key: list[str]) -> None:
    tap = TapFacebook(config={**GOOD, **report(level=level, breakdowns=breakdowns)})
    stream = tap.streams["adsinsights_mine"]
    assert list(stream.primary_keys) == key
    properties = stream.schema["properties"]
    assert all("null" not in properties[name]["type"] for name in key)
    assert ("ad_id" in properties) == (level == "ad")
    reads = tap.streams["adsinsights_mine_reads"]
    assert list(reads.primary_keys) == ["account_id", "date_start", "read_at"]


def test_discovery_needs_no_settings_and_no_network() -> None:
    done = subprocess.run(  # the command is ours
        [sys.executable, "-m", "tap_facebook", "--discover"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
    )
    assert {stream["tap_stream_id"] for stream in json.loads(done.stdout)["streams"]} == {
        "adaccounts",
        "ads",
        "adsets",
        "adsinsights_default",
        "adsinsights_default_reads",
        "campaigns",
        "creatives",
        "customconversions",
    }
