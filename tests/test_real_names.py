"""Our taps by the addresses that they have of their own, over TLS: none is told a simulator's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.simulated import SimulatedClevertap, SimulatedFacebook, SimulatedGoogleAds

if TYPE_CHECKING:
    from sandbox.api_process import ApiProcess

DETOUR = Path(__file__).resolve().parents[1] / "plugins" / "sandbox-detour"
CONFIGS: dict[str, dict[str, object]] = {
    "tap_clevertap": {
        "account_id": SimulatedClevertap.account_id,
        "passcode": SimulatedClevertap.passcode,
        "region": "in1",
        "account_timezone": "Asia/Kolkata",
    },
    "tap_facebook": {
        "access_token": SimulatedFacebook.access_token,
        "account_ids": list(SimulatedFacebook.accounts),
    },
    "tap_googleads": {
        "developer_token": SimulatedGoogleAds.developer_token,
        "oauth_credentials": {
            "client_id": SimulatedGoogleAds.client_id,
            "client_secret": SimulatedGoogleAds.client_secret,
            "refresh_token": SimulatedGoogleAds.refresh_token,
        },
        "login_customer_id": SimulatedGoogleAds.login_customer_id,
        "customer_ids": list(SimulatedGoogleAds.customer_ids),
    },
}
STREAMS = {
    "tap_clevertap": "events",
    "tap_facebook": "adsinsights_default",
    "tap_googleads": "campaign_performance",
}


@pytest.mark.parametrize("tap", CONFIGS)
def test_a_tap_finds_its_api(tap: str, proxied: ApiProcess, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**CONFIGS[tap], "start_date": "2026-08-12"}))
    program = (
        f"import site; site.addsitedir({str(DETOUR / 'site')!r})\n"
        f"import runpy; runpy.run_module({tap!r}, run_name='__main__')"
    )
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program, "--config", config],
        env={
            **os.environ,
            "PYTHONPATH": str(DETOUR / "src"),
            "SANDBOX_DETOUR": proxied.proxy_url,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert STREAMS[tap] in {
        message["stream"] for message in messages if message["type"] == "RECORD"
    }
