"""Both ad platforms, from API to report: what the marts show equals the world's own ledger."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.ledger_checks import assert_ads_equal_the_ledger

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (600, 14)  # a campaign's day of its end is taken back whole in the week after
INR_ACCOUNT, USD_ACCOUNT = "504112233445566", "504998877665544"
METRICS = ("impressions", "clicks", "spend", "conversions", "conversion_value")
SECRETS = (
    "SANDBOX-FACEBOOK-TOKEN",
    "SANDBOX-DEVELOPER-TOKEN",
    "SANDBOX-CLIENT-SECRET",
    "SANDBOX-REFRESH-TOKEN",
)
Key = tuple[str, ...]
# One story, told in order on one world.


def performance(headwater: Headwater) -> dict[Key, tuple[Decimal, ...]]:
    """The ledger's numbers of each campaign's day."""
    return {
        (row["platform"], row["account_id"], row["campaign_id"], row["date_day"]): tuple(
            Decimal(row[name]) for name in METRICS
        )
        for row in headwater.ledger("ad_performance")
    }


def test_facebook_alone_fills_an_empty_warehouse(headwater: Headwater) -> None:
    headwater.succeed("run", "facebook")
    assert_ads_equal_the_ledger(headwater, "facebook")


def test_google_joins_it(headwater: Headwater) -> None:
    headwater.succeed("run", "googleads")
    assert_ads_equal_the_ledger(headwater)


def test_what_the_platforms_restate_is_corrected_and_recorded(headwater: Headwater) -> None:
    before = performance(headwater)
    headwater.sandbox("advance", "--days", "7")
    after = performance(headwater)
    changed = {key: after.get(key) for key, old in before.items() if after.get(key) != old}
    assert {key[0] for key in changed} == {"facebook", "google"}, "the world restated nothing"
    assert None in changed.values(), "no row vanished"

    load_without_a_secret_in_the_log(headwater)
    headwater.succeed("run", "dbt:run")
    assert_ads_equal_the_ledger(headwater)

    zero = (Decimal(0),) * len(METRICS)
    recorded = {
        tuple(str(part) for part in row[:4]): (row[4:9], row[9:])
        for row in headwater.query(
            "select platform, account_id, campaign_id, date_day,"
            " old_impressions, old_clicks, old_spend, old_conversions, old_conversion_value,"
            " new_impressions, new_clicks, new_spend, new_conversions, new_conversion_value"
            " from marts.fct_metric_restatements"
        )
    }
    assert recorded == {key: (before[key], new or zero) for key, new in changed.items()}


def load_without_a_secret_in_the_log(headwater: Headwater) -> None:
    """Load both platforms while all is told that can be told."""
    for tap in ("tap-facebook", "tap-googleads"):
        said = headwater.succeed("--log-level", "debug", "run", tap, "target-redshift")
        assert tap in said
        assert [secret for secret in SECRETS if secret in said] == []


def test_ads_whose_day_was_taken_back_are_gone(headwater: Headwater) -> None:
    shown = "select count(*) from marts.fct_ad_performance_daily where platform = 'facebook'"
    ((read,),) = headwater.query("select count(*) from raw_facebook.adsinsights_default")
    ((left,),) = headwater.query(shown)
    assert int(str(left)) < int(str(read)), "no ad's day vanished"
    sums = headwater.query(
        "select account_id, campaign_id, date_day, sum(impressions), sum(clicks), sum(spend),"
        " sum(conversions), sum(conversion_value) from marts.fct_ad_performance_daily"
        " where platform = 'facebook' group by 1, 2, 3"
    )
    assert {("facebook", *map(str, row[:3])): row[3:] for row in sums} == {
        key: numbers for key, numbers in performance(headwater).items() if key[0] == "facebook"
    }


def test_increments_equal_a_full_refresh(headwater: Headwater) -> None:
    before = headwater.marts()
    headwater.succeed("run", "dbt:full_refresh")
    after = headwater.marts()
    for marts in (before, after):
        del marts["rpt_pipeline_health"]  # says when it was loaded last
    assert after == before


def test_one_bad_token_costs_the_other_account_nothing(headwater: Headwater) -> None:
    headwater.sandbox("advance", "--days", "1")
    load = ("run", "tap-facebook", "target-redshift")
    tokens = json.dumps({USD_ACCOUNT: "wr0ng-t0ken"})
    done = headwater.meltano(*load, TAP_FACEBOOK_ACCESS_TOKENS=tokens)
    assert done.returncode == 1
    assert USD_ACCOUNT in done.stdout
    assert "access_token" in done.stdout
    assert "wr0ng-t0ken" not in done.stdout
    assert "Traceback" not in done.stdout

    newest = {
        str(account): str(day)
        for account, day in headwater.query(
            "select account_id, max(date_start) from raw_facebook.adsinsights_campaign_reads"
            " group by 1"
        )
    }
    ((last_day,),) = headwater.query(
        "select max(date_day) from marts.fct_campaign_performance_daily"
    )
    assert newest[INR_ACCOUNT] > str(last_day)
    assert newest[USD_ACCOUNT] == str(last_day)
    headwater.succeed(*load)
    headwater.build("fct_campaign_performance_daily")
    assert_ads_equal_the_ledger(headwater, "facebook")
