"""The ledger against sums that are made here, of what the API and the shop really show."""

from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from sandbox.plain_client import Client
from sandbox.shop import load_shop, use_local_time
from sandbox.simulated import SimulatedClevertap
from sandbox.world.campaigns import CAMPAIGNS
from sandbox.world.days import TIME_ZONE
from sandbox.world.journeys import EVENT_NAMES
from sandbox.world.store import World

Records = dict[str, list[Any]]
MESSAGE_FIELDS = ("message id", "message_name", "channel", "sent", "viewed", "clicked")


def moment(ts: int) -> datetime:
    return datetime.strptime(str(ts), "%Y%m%d%H%M%S").replace(tzinfo=TIME_ZONE)


def everything(api: SimulatedClevertap, client: Client) -> Records:
    return {name: client.records(name, api.first_day, api.clock) for name in EVENT_NAMES}


def person(record: dict[str, Any]) -> str:
    profile = record["profile"]
    found: str = profile.get("identity") or profile["objectId"]
    return found


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def check_events(api: SimulatedClevertap, records: Records) -> None:
    counted = Counter(
        (name, moment(record["ts"]).date().isoformat())
        for name, found in records.items()
        for record in found
    )
    told = {
        (row["event_name"], row["event_date"]): int(row["events"])
        for row in api.ledger("clevertap_events")
    }
    assert told == counted


def check_retention(api: SimulatedClevertap, records: Records) -> None:
    weeks: dict[str, set[date]] = defaultdict(set)
    active: dict[str, set[date]] = defaultdict(set)
    for name, found in records.items():
        for record in found:
            week = monday(moment(record["ts"]).date())
            weeks[person(record)].add(week)
            if name != "App Uninstalled":
                active[person(record)].add(week)
    counted = Counter(
        (min(weeks[who]).isoformat(), (week - min(weeks[who])).days // 7)
        for who, found in active.items()
        for week in found
    )
    told = {
        (row["cohort_week"], int(row["week_number"])): int(row["users"])
        for row in api.ledger("retention")
    }
    assert told == counted


def check_acquisition(api: SimulatedClevertap, records: Records) -> None:
    """Who came from where follows from the first touch of each customer."""
    touches: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for name in ("UTM Visited", "App Launched"):
        for record in records[name]:
            touches[person(record)].append((record["ts"], record["event_props"]))
    told = {row["customer_id"]: row for row in api.ledger("acquisition")}
    assert told
    platforms = {campaign.campaign_id: campaign.account.platform for campaign in CAMPAIGNS}
    for customer, row in told.items():
        first = min(ts for ts, _ in touches[customer])
        at = moment(first).astimezone(tz=None).timestamp()
        assert datetime.fromisoformat(row["first_touch_at"]).timestamp() == at
        parameters = next(
            (props for ts, props in touches[customer] if ts == first and "utm_source" in props), {}
        )
        assert row["campaign_id"] == parameters.get("utm_id", "")
        assert row["platform"] == platforms.get(row["campaign_id"], "")
        assert ("gclid" in parameters) == (row["channel"] == "paid_search")
        assert ("fbclid" in parameters) == (row["channel"] == "paid_social")
        assert (not parameters) == (row["channel"] == "direct")


def check_activity(api: SimulatedClevertap, records: Records) -> None:
    """Users are people; a session is what one device did under one session id."""
    users, sessions = defaultdict(set), defaultdict(set)
    events: Counter[str] = Counter()
    for name, found in records.items():
        for record in found:
            if name == "App Uninstalled":
                continue
            day = moment(record["ts"]).date().isoformat()
            users[day].add(person(record))
            session = record["event_props"]["CT Session Id"]
            sessions[day].add((record["profile"]["objectId"], session))
            events[day] += 1
    for ledger, date_column, who in (
        ("activity", "activity_date", users),
        ("sessions", "session_date", sessions),
    ):
        column = "users" if ledger == "activity" else "sessions"
        told = {
            row[date_column]: (int(row[column]), int(row["events"])) for row in api.ledger(ledger)
        }
        assert told == {day: (len(who[day]), count) for day, count in events.items()}
    assert any(len(sessions[day]) > len(users[day]) for day in events)


def check_messages(api: SimulatedClevertap, client: Client) -> None:
    """Day by day as the report tells it, up to today and no further."""
    days = [api.first_day + timedelta(days=n) for n in range((api.clock - api.first_day).days + 5)]
    reported = [
        [str(day), *(str(message[name]) for name in MESSAGE_FIELDS)]
        for day in days
        for message in client.request(
            "POST",
            "/1/message/report.json",
            {"from": f"{day:%Y%m%d}", "to": f"{day:%Y%m%d}", "daily": False},
        ).json["messages"]
    ]
    told = [list(row.values()) for row in api.ledger("messages")]
    assert sorted(told) == sorted(reported)
    assert max(row[0] for row in told) == str(api.clock)


def check_orders(api: SimulatedClevertap, connection: psycopg.Connection) -> None:
    counted = connection.execute(
        "WITH lines AS (SELECT order_id, sum(quantity * unit_price - discount) AS gross "
        "FROM order_items GROUP BY order_id), "
        "back AS (SELECT order_id, sum(amount) AS amount FROM refunds GROUP BY order_id) "
        "SELECT ordered_at::date::text, currency, count(*)::text, sum(gross)::text, "
        "coalesce(sum(back.amount), 0)::numeric(14, 2)::text, "
        "(sum(gross) - coalesce(sum(back.amount), 0))::text "
        "FROM orders JOIN lines USING (order_id) LEFT JOIN back USING (order_id) "
        "GROUP BY ordered_at::date, currency ORDER BY ordered_at::date, currency"
    ).fetchall()
    assert [tuple(row.values()) for row in api.ledger("orders")] == counted
    wrong = connection.execute(
        "SELECT order_id FROM orders JOIN order_items USING (order_id) GROUP BY order_id "
        "HAVING gross_amount <> sum(quantity * unit_price - discount)"
    ).fetchall()
    assert wrong == []


def check_purchases(records: Records, connection: psycopg.Connection) -> None:
    """Every purchase the app tells of is an order of the shop, at the same second."""
    orders = {
        str(order_id): (str(customer_id), ordered_at)
        for order_id, customer_id, ordered_at in connection.execute(
            "SELECT order_id, customer_id, ordered_at FROM orders"
        )
    }
    told = {record["event_props"]["Order Id"]: record for record in records["Charged"]}
    assert told
    for order_id, record in told.items():
        assert orders[order_id] == (person(record), moment(record["ts"]))
    # A few are not told, and some not yet.
    assert len(told) > len(orders) * 0.9


@pytest.fixture
def shop_url(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Kolkata'".encode())
    return database_url


def test_the_ledger_tells_what_the_sources_show_day_after_day(
    clevertap: SimulatedClevertap, client: Client, shop_url: str
) -> None:
    for days in (0, 1, 4):
        if days:
            clevertap.advance(days)
        with closing(World(clevertap.world_path)) as world:
            load_shop(shop_url, world)
        records = everything(clevertap, client)
        check_events(clevertap, records)
        check_retention(clevertap, records)
        check_acquisition(clevertap, records)
        check_activity(clevertap, records)
        check_messages(clevertap, client)
        with psycopg.connect(shop_url) as connection:
            check_orders(clevertap, connection)
            check_purchases(records, connection)


def test_a_shop_brought_up_by_days_equals_one_loaded_at_once(
    clevertap: SimulatedClevertap, shop_url: str
) -> None:
    def contents() -> dict[str, list[Any]]:
        with psycopg.connect(shop_url) as connection:
            return {
                table: connection.execute(
                    sql.SQL("SELECT * FROM {} ORDER BY 1, 2").format(sql.Identifier(table))
                ).fetchall()
                for table in ("customers", "products", "orders", "order_items", "refunds")
            }

    for days in (0, 2, 3):
        if days:
            clevertap.advance(days)
        with closing(World(clevertap.world_path)) as world:
            load_shop(shop_url, world)
    by_days = contents()
    with psycopg.connect(shop_url) as connection:
        # As if another world had been there.
        name = connection.info.dbname
        connection.execute(f"COMMENT ON DATABASE {name} IS NULL".encode())
    with closing(World(clevertap.world_path)) as world:
        load_shop(shop_url, world)
    assert contents() == by_days


def test_changed_rows_move_their_updated_at_to_a_new_day(
    clevertap: SimulatedClevertap, shop_url: str
) -> None:
    states = []
    for days in (0, 1):
        if days:
            clevertap.advance(days)
        with closing(World(clevertap.world_path)) as world:
            load_shop(shop_url, world)
        with psycopg.connect(shop_url) as connection:
            rows = connection.execute("SELECT order_id, orders, updated_at FROM orders").fetchall()
        states.append({order_id: (row, at) for order_id, row, at in rows})
    before, after = states
    changed = [order_id for order_id in before if before[order_id] != after[order_id]]
    assert changed
    assert all(after[order_id][1].date() == clevertap.clock for order_id in changed)


def test_only_the_shop_lives_in_local_time(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
    base = database_url.rpartition("/")[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    try:
        use_local_time(f"{base}/shop")
        with psycopg.connect(f"{base}/shop") as connection:
            assert connection.execute("SHOW timezone").fetchone() == ("Asia/Kolkata",)
    finally:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE shop")
