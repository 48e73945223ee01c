"""What the marts show against the world's own ledger, to the last event and the last cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Headwater


def assert_marts_equal_the_ledger(headwater: Headwater) -> None:
    """Every ledger that a mart answers to."""
    assert_events_equal_the_ledger(headwater)
    assert_orders_equal_the_ledger(headwater)
    assert_retention_equals_the_ledger(headwater)
    assert_sessions_equal_the_ledger(headwater)
    assert_activity_equals_the_ledger(headwater)
    assert_messages_equal_the_ledger(headwater)
    assert_ads_equal_the_ledger(headwater)


def assert_events_equal_the_ledger(headwater: Headwater) -> None:
    """Events per name and day."""
    assert {
        (row["event_name"], row["event_date"]): int(row["events"])
        for row in headwater.ledger("clevertap_events")
    } == {
        (str(name), str(day)): count
        for name, day, count in headwater.query(
            "select event_name, event_date, count(*) from marts.fct_events group by 1, 2"
        )
    }


def assert_orders_equal_the_ledger(headwater: Headwater) -> None:
    """Orders and their money per day and currency."""
    assert {
        (row["order_date"], row["currency"]): (
            int(row["orders"]),
            Decimal(row["gross_amount"]),
            Decimal(row["refund_amount"]),
            Decimal(row["net_amount"]),
        )
        for row in headwater.ledger("orders")
    } == {
        (str(day), str(currency)): tuple(numbers)
        for day, currency, *numbers in headwater.query(
            "select order_date, currency, count(*), sum(gross_amount), sum(refund_amount),"
            " sum(net_amount) from marts.fct_orders group by 1, 2"
        )
    }


def assert_retention_equals_the_ledger(headwater: Headwater) -> None:
    """Users of a cohort who came back, by week."""
    assert {
        (row["cohort_week"], int(row["week_number"])): int(row["users"])
        for row in headwater.ledger("retention")
        if int(row["users"])
    } == {
        (str(week), number): users
        for week, number, users in headwater.query(
            "select cohort_week, week_number, users from marts.rpt_cohort_retention where users > 0"
        )
    }


def assert_sessions_equal_the_ledger(headwater: Headwater) -> None:
    """Sessions and their events, by the day of the session."""
    assert {
        row["session_date"]: (int(row["sessions"]), int(row["events"]))
        for row in headwater.ledger("sessions")
    } == {
        str(day): (sessions, events)
        for day, sessions, events in headwater.query(
            "select session_date, count(*), sum(events) from marts.fct_sessions group by 1"
        )
    }


def assert_activity_equals_the_ledger(headwater: Headwater) -> None:
    """Active users and all events, by day."""
    assert {
        row["activity_date"]: (int(row["users"]), int(row["events"]))
        for row in headwater.ledger("activity")
    } == {
        str(day): (users, events)
        for day, users, events in headwater.query(
            "select activity_date, count(*), sum(active_events)"
            " from marts.fct_user_activity_daily where is_active group by 1"
        )
    }


def assert_messages_equal_the_ledger(headwater: Headwater) -> None:
    """What became of each message, by day."""
    assert {
        (row["date_day"], row["message_id"], row["message_name"], row["channel"]): (
            int(row["sent"]),
            int(row["viewed"]),
            int(row["clicked"]),
        )
        for row in headwater.ledger("messages")
    } == {
        (str(day), str(message), str(name), str(channel)): tuple(numbers)
        for day, message, name, channel, *numbers in headwater.query(
            "select report_date, message_id, message_name, channel, sum(sent), sum(viewed),"
            " sum(clicked) from marts.fct_message_performance_daily group by 1, 2, 3, 4"
        )
    }


def assert_ads_equal_the_ledger(headwater: Headwater, *platforms: str) -> None:
    """Every number of an ad campaign's day; of some platforms, where they are named."""
    wanted = platforms or ("facebook", "google")
    assert {
        (row["platform"], row["account_id"], row["campaign_id"], row["date_day"]): (
            row["currency"],
            int(row["impressions"]),
            int(row["clicks"]),
            Decimal(row["spend"]),
            Decimal(row["conversions"]),
            Decimal(row["conversion_value"]),
        )
        for row in headwater.ledger("ad_performance")
        if row["platform"] in wanted
    } == {
        (str(platform), str(account), str(campaign), str(day)): tuple(numbers)
        for platform, account, campaign, day, *numbers in headwater.query(
            "select platform, account_id, campaign_id, date_day, currency, impressions, clicks,"
            " spend, conversions, conversion_value from marts.fct_campaign_performance_daily"
        )
        if platform in wanted
    }
