"""The marts against the ledger, with marts that are made here from the ledger."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from sandbox.reconciliation import differences
from sandbox.world.ledger import ledger
from sandbox.world.store import World

# A column that the ledger counts is so many rows; what it sums stands on the first of them.
TABLES = """
CREATE SCHEMA marts;
CREATE TABLE marts.fct_events AS
  SELECT event_name, event_date FROM clevertap_events, generate_series(1, events::int);
CREATE TABLE marts.fct_orders AS
  SELECT order_date, currency, CASE number WHEN 1 THEN gross_amount::numeric END AS gross_amount,
    CASE number WHEN 1 THEN refund_amount::numeric END AS refund_amount,
    CASE number WHEN 1 THEN net_amount::numeric END AS net_amount
  FROM orders, generate_series(1, orders::int) AS number;
CREATE TABLE marts.rpt_cohort_retention AS
  SELECT cohort_week, week_number::int, users::int FROM retention;
INSERT INTO marts.rpt_cohort_retention VALUES ('2026-08-03', 9, 0);
CREATE TABLE marts.fct_sessions AS
  SELECT session_date, CASE number WHEN 1 THEN events::int ELSE 0 END AS events
  FROM sessions, generate_series(1, sessions::int) AS number;
CREATE TABLE marts.fct_user_activity_daily AS
  SELECT activity_date, CASE number WHEN 1 THEN events::int ELSE 0 END AS active_events,
    true AS is_active
  FROM activity, generate_series(1, users::int) AS number;
INSERT INTO marts.fct_user_activity_daily VALUES ('2026-08-03', 0, false);
CREATE TABLE marts.fct_message_performance_daily AS
  SELECT date_day::date AS report_date, message_id, message_name, channel, sent::int, viewed::int,
    clicked::int FROM messages;
CREATE TABLE marts.fct_campaign_performance_daily AS
  SELECT platform, account_id, campaign_id, date_day::date, currency, impressions::bigint,
    clicks::bigint, spend::numeric(38, 9), conversions::numeric(18, 6),
    conversion_value::numeric(38, 9) FROM ad_performance;
"""
CHANGES = {
    "clevertap_events": "DELETE FROM marts.fct_events WHERE ctid = '(0,1)'",
    "orders": "UPDATE marts.fct_orders SET net_amount = net_amount + 0.01 WHERE ctid = '(0,1)'",
    "retention": "UPDATE marts.rpt_cohort_retention SET users = users + 1 WHERE week_number = 1",
    "sessions": "DELETE FROM marts.fct_sessions WHERE events = 0",
    "activity": "UPDATE marts.fct_user_activity_daily SET is_active = true",
    "messages": "UPDATE marts.fct_message_performance_daily SET clicked = clicked + 1",
    "ad_performance": "UPDATE marts.fct_campaign_performance_daily SET spend = spend + 0.000001",
}


@pytest.fixture
def world(small_world: Path) -> Iterator[World]:
    with closing(World(small_world)) as world:
        yield world


@pytest.fixture
def marts(database_url: str, world: World) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url) as connection:
        for name in CHANGES:
            table = ledger(world, name)
            columns = ", ".join(f"{column} text" for column in table.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})".encode())
            with connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
                for row in table.rows:
                    copy.write_row(row)
        connection.execute(TABLES)
        yield connection


def test_marts_that_equal_the_world_do_not_differ(world: World, marts: psycopg.Connection) -> None:
    assert differences(world, marts) == dict.fromkeys(CHANGES, 0)


@pytest.mark.parametrize("name", CHANGES)
def test_a_mart_that_differs_is_named(world: World, marts: psycopg.Connection, name: str) -> None:
    marts.execute(CHANGES[name].encode())
    found = differences(world, marts)
    assert {one for one, rows in found.items() if rows} == {name}
