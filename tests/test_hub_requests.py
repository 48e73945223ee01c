"""What our tap for Facebook saves: requests for one account, 90 days, three reports."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from tests.facebook_by_hub import HUB, OURS, read_one_account, variable

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (300, 90)
# The hub's tap reads no other level and no breakdown, so that these are reports for both,
# beside adsinsights_default, which both have always.
REPORTS = [
    {"name": name, "level": "ad", "breakdowns": [], "action_breakdowns": [],
     "time_increment_days": 1, "action_attribution_windows_view": "1d_view",
     "action_attribution_windows_click": click, "action_report_time": "mixed",
     "lookback_window": 28}
    for name, click in (("one_day", "1d_click"), ("four_weeks", "28d_click"))
]  # fmt: skip


@pytest.mark.long
def test_our_tap_needs_fewer_than_half_of_the_requests(headwater: Headwater) -> None:
    read_one_account(headwater, "504112233445566", "2026-10-31")
    needed = {tap: reading(headwater, tap) for tap in (HUB, OURS)}
    (hub_requests, hub_rows), (our_requests, our_rows) = needed.values()
    assert our_rows == hub_rows
    assert {stream for stream, *_ in our_rows} == {
        "adsinsights_default", "adsinsights_one_day", "adsinsights_four_weeks"
    }  # fmt: skip
    assert our_requests < hub_requests / 2, (our_requests, hub_requests)


def reading(
    headwater: Headwater, tap: str
) -> tuple[int, dict[tuple[str, str, str], tuple[Any, ...]]]:
    """Requests for three reports of 90 days of one account, and the rows that they brought."""
    before = requests_served(headwater)
    variables = {
        variable(tap, "INSIGHT_REPORTS_LIST"): json.dumps(REPORTS),
        variable(tap, "_SELECT"): '["adsinsights_*.*"]',
    }
    done = subprocess.run(  # noqa: S603 (our own command)
        [*headwater.command, "invoke", tap],
        cwd=headwater.root,
        env={**os.environ, **headwater.environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )
    messages = map(json.loads, done.stdout.splitlines())
    records = [message for message in messages if message["type"] == "RECORD"]
    rows = {
        (message["stream"], row["date_start"], row["ad_id"]): (
            row["campaign_id"], row["impressions"], row["spend"], values(row, "actions")
        )
        for message in records
        if "ad_id" in (row := message["record"])
    }  # fmt: skip
    return requests_served(headwater) - before, rows


def values(row: dict[str, Any], name: str) -> dict[str, str]:
    """What a list of actions says, by type; which windows stand beside it is each tap's matter."""
    return {action["action_type"]: action["value"] for action in row.get(name) or ()}


def requests_served(headwater: Headwater) -> int:
    """All that the simulator was ever asked."""
    port = headwater.environment["SANDBOX_FACEBOOK_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/stats") as answer:
        return sum(json.load(answer)["requests"].values())
