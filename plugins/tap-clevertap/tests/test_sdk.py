"""The SDK's standard tests for taps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fake_clevertap import FakeClevertap
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_running import DAY, config, event

from tap_clevertap.tap import TapClevertap

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = FakeClevertap()  # listens from here on, so that its port is known; starts in the fixture
SERVER.add("Charged", DAY, *(event(n, extra=1) for n in range(5)))
SERVER.profiles[("App Launched", DAY)] = [
    (
        b'{"identity":"i-1","email":"a@b.c","name":"A","phone":"+1","profileData":{"city":"Pune"},'
        b'"events":{"Charged":{"count":1}},"platformInfo":[{"objectId":"o-1"}],"extra":1}'
    )
]
SERVER.reports.messages["20261031"] = [{"message id": 7, "channel": "push", "sent": 3}]
SERVER.reports.add_campaign(7, DAY, {"sent": 3, "clicked": 1})
SERVER.schema = {"events": [{"name": "Charged"}], "userProperties": [{"name": "city"}]}


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with SERVER:
        yield


StandardTests: Any = get_tap_test_class(
    TapClevertap,
    config=config(SERVER),
    suite_config=SuiteConfig(max_records_limit=None),
    parse_env_config=False,
)


class TestTapClevertap(StandardTests):  # type: ignore[misc]  # made by the SDK
    pass
