"""The SDK's standard tests for taps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from googleads_running import config
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from sandbox.simulated import serve_googleads
from tap_googleads.tap import TapGoogleAds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Enough for discovery, which makes no request; the fixture puts in where the simulator is.
CONFIG: dict[str, Any] = {
    "oauth_credentials": {"client_id": "-", "client_secret": "-", "refresh_token": "-"},
    "developer_token": "-",
    "start_date": "2026-08-03",
    "enable_click_view_report_stream": True,
}


@pytest.fixture(scope="module", autouse=True)
def _server(small_world: Path) -> Iterator[None]:
    with serve_googleads(small_world) as api:
        CONFIG.update(config(api, start_date=str(api.clock)))
        yield


StandardTests: Any = get_tap_test_class(
    TapGoogleAds,
    config=CONFIG,
    suite_config=SuiteConfig(max_records_limit=None),
    parse_env_config=False,
)


class TestTapGoogleAds(StandardTests):  # type: ignore[misc]  # made by the SDK
    pass
