"""The SDK's standard tests for taps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import config
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from sandbox.simulated import serve_facebook
from tap_facebook.tap import TapFacebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Enough for discovery, which makes no request; the fixture puts in where the simulator is.
CONFIG: dict[str, Any] = {
    "access_token": "-",
    "account_id": "1",
    "start_date": "2026-08-03",
    "insight_reports_list": [
        {"name": "campaign", "level": "campaign"},
        {"name": "age_gender", "level": "campaign", "breakdowns": ["age", "gender"]},
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _server(small_world: Path) -> Iterator[None]:
    with serve_facebook(small_world) as api:
        CONFIG.update(config(api, account_id=None))
        yield


StandardTests: Any = get_tap_test_class(
    TapFacebook,
    config=CONFIG,
    # Of some of an account's fields the simulator has nothing.
    suite_config=SuiteConfig(max_records_limit=None, ignore_no_records_for_streams=["adaccounts"]),
    parse_env_config=False,
)


class TestTapFacebook(StandardTests):  # type: ignore[misc]  # made by the SDK
    pass
