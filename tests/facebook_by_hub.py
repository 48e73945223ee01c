"""The hub's tap for Facebook beside ours: the same account, each by the address it can be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Headwater

HUB, OURS = "tap-facebook--hub", "tap-facebook"


def read_one_account(headwater: Headwater, account: str, last_day: str) -> None:
    """Let both taps read an account up to a day: ours from the simulator, hub's by the proxy."""
    ports = {name: headwater.environment[f"SANDBOX_{name}_PORT"] for name in ("FACEBOOK", "PROXY")}
    for tap in (HUB, OURS):
        headwater.environment[variable(tap, "ACCESS_TOKEN")] = "SANDBOX-FACEBOOK-TOKEN"
        headwater.environment[variable(tap, "START_DATE")] = "2026-08-03"
        headwater.environment[variable(tap, "END_DATE")] = last_day
    headwater.environment[variable(HUB, "ACCOUNT_ID")] = account
    headwater.environment[variable(OURS, "ACCOUNT_IDS")] = json.dumps([account])
    headwater.environment[variable(OURS, "API_URL")] = f"http://127.0.0.1:{ports['FACEBOOK']}"
    headwater.environment["SANDBOX_DETOUR"] = f"http://127.0.0.1:{ports['PROXY']}"


def variable(tap: str, setting: str) -> str:
    """The environment's name for a tap's setting, as Meltano makes it."""
    return f"{tap.upper().replace('-', '_')}_{setting}"
