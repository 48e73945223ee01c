"""Whom the tap reads, and what becomes of those that it cannot read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from googleads_running import FAILED, GLOBAL, IN, config, errors, run, sync

from line_tap.errors import ConfigError, TapError
from tap_googleads.errors import CustomersError

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedGoogleAds

STREAMS = ("customers", "campaigns", "campaign_performance", "campaign_performance_reads")
CANCELLED, FORBIDDEN = "1123581321", "1618033988"


def ids(stream: str) -> set[int]:
    return {row["customer__id"] for row in FAILED[0].records(stream)}


def test_one_without_permission_fails_the_run_after_the_others(
    googleads: SimulatedGoogleAds, caplog: pytest.LogCaptureFixture
) -> None:
    settings = config(googleads, customer_ids=None)
    caplog.set_level("INFO", "tap-googleads")
    with pytest.raises(CustomersError, match=rf"{FORBIDDEN} .*USER_PERMISSION_DENIED.*access"):
        sync(settings, *STREAMS)
    for stream in STREAMS:
        assert ids(stream) == {IN, GLOBAL}
    assert set(FAILED[0].bookmarks("campaign_performance")) == {IN, GLOBAL}
    assert f"Customer {CANCELLED} (Headwater Classic) is left out: it is CANCELED" in caplog.text
    whole = sync(config(googleads), *STREAMS)
    assert len(FAILED[0].records("campaign_performance")) == len(
        whole.records("campaign_performance")
    )


def test_a_setting_lets_the_run_pass_with_a_warning(googleads: SimulatedGoogleAds) -> None:
    settings = config(googleads, customer_ids=None, on_customer_error="warn")
    done = run(settings, "campaigns")
    assert done.returncode == 0
    assert not errors(done.stderr)
    assert re.search(rf"WARNING .*{FORBIDDEN} .*USER_PERMISSION_DENIED", done.stderr)
    assert "on_customer_error allows it" in done.stderr


def test_without_a_manager_the_accessible_customers_are_read(
    googleads: SimulatedGoogleAds,
) -> None:
    settings = config(
        googleads, customer_ids=None, login_customer_id=None, on_customer_error="warn"
    )
    output = sync(settings, "campaigns", "customer_hierarchy")
    assert {row["customer__id"] for row in output.records("campaigns")} == {IN, GLOBAL}
    hierarchy = output.records("customer_hierarchy")
    assert {row["customer__id"] for row in hierarchy} == {int(googleads.login_customer_id)}
    assert {row["customer_client__id"] for row in hierarchy} >= {IN, GLOBAL, int(CANCELLED)}


def test_one_customer_in_any_spelling(googleads: SimulatedGoogleAds) -> None:
    settings = config(googleads, customer_ids=None, customer_id="314-159-2653")
    output = sync(settings, "campaigns")
    assert {row["customer__id"] for row in output.records("campaigns")} == {IN}


@pytest.mark.parametrize("customer", [CANCELLED, FORBIDDEN, "1234567890"])
def test_a_customer_of_the_settings_that_cannot_be_read(
    googleads: SimulatedGoogleAds, customer: str
) -> None:
    settings = config(googleads, customer_ids=[customer, *googleads.customer_ids])
    with pytest.raises(CustomersError, match=f"Not all .*{customer} .*The others were"):
        sync(settings, "campaigns")
    assert ids("campaigns") == {IN, GLOBAL}


def test_when_nobody_can_be_read_the_run_fails_whatever_is_set(
    googleads: SimulatedGoogleAds,
) -> None:
    settings = config(googleads, customer_ids=[FORBIDDEN], on_customer_error="warn")
    with pytest.raises(CustomersError, match="No customer could be read"):
        sync(settings, "campaigns")


def test_a_customer_that_fails_in_mid_run(googleads: SimulatedGoogleAds) -> None:
    googleads.fault("permission_denied", times=0, customer_id=str(IN), resource="campaign_budget")
    with pytest.raises(CustomersError, match=str(IN)):
        sync(config(googleads), "campaign_budgets", "campaign_performance")
    assert ids("campaign_performance") == {GLOBAL}
    assert ids("campaign_budgets") == {GLOBAL}


def test_wrong_managers(googleads: SimulatedGoogleAds) -> None:
    with pytest.raises(TapError, match="login_customer_id cannot be read"):
        sync(config(googleads, login_customer_id=str(IN)), "campaigns")
    with pytest.raises(ConfigError, match="customer_ids is a manager"):
        sync(config(googleads, customer_ids=[googleads.login_customer_id]), "campaigns")
