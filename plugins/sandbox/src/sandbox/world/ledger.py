"""The truth about the world, as its sources would show it at the clock.

It is computed from the world's own records, never from what a pipeline has loaded.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sandbox.errors import SandboxError
from sandbox.world.campaigns import ADS
from sandbox.world.days import monday, utc_text
from sandbox.world.store import World

INACTIVE = "App Uninstalled"
Row = tuple[object, ...]


class Ledger(NamedTuple):
    """One table of the truth."""

    columns: tuple[str, ...]
    rows: Iterable[Row]


def ledger(world: World, name: str) -> Ledger:
    """One table of the truth by its name.

    Raises:
        SandboxError: There is no such table.
    """
    if name not in _LEDGERS:
        raise SandboxError(f"There is no ledger {name}; there are {', '.join(LEDGERS)}.")
    columns, compute = _LEDGERS[name]
    return Ledger(columns, compute(world, world.clock))


def _minor(value: object) -> Decimal:
    return Decimal(str(value)).scaleb(-2)


def _micro(value: object) -> Decimal:
    return Decimal(str(value)).scaleb(-6)


def _clevertap_events(world: World, clock: date) -> Iterable[Row]:
    return world.event_counts(clock)


def _orders(world: World, clock: date) -> Iterable[Row]:
    rows = world.query(
        "WITH latest AS (SELECT order_id, ordered_on, currency, gross, row_number() OVER "
        "(PARTITION BY order_id ORDER BY day DESC, rowid DESC) AS place FROM orders "
        "WHERE day <= :clock), "
        "back AS (SELECT ordered_on, currency, sum(amount) AS amount FROM refunds "
        "WHERE day <= :clock GROUP BY ordered_on, currency) "
        "SELECT ordered_on, currency, count(*), sum(gross), coalesce(max(back.amount), 0) "
        "FROM latest LEFT JOIN back USING (ordered_on, currency) WHERE place = 1 "
        "GROUP BY ordered_on, currency ORDER BY ordered_on, currency",
        clock,
    )
    for day, currency, orders, gross, refund in rows:
        yield day, currency, orders, _minor(gross), _minor(refund), _minor(gross) - _minor(refund)


def _retention(world: World, clock: date) -> Iterable[Row]:
    """A person is one, however many devices; a visitor without identity has only one."""
    person_of = _person_of_device(world)
    first_week: dict[int, date] = {}
    active: dict[date, set[int]] = defaultdict(set)
    for name, day, devices in world.event_devices(clock):
        week = monday(day)
        people = {person_of[device] for device in devices}
        for person in people:
            first_week.setdefault(person, week)
        if name != INACTIVE:
            active[week] |= people
    users: dict[tuple[date, int], int] = defaultdict(int)
    for week, people in active.items():
        for person in people:
            cohort = first_week[person]
            users[cohort, (week - cohort).days // 7] += 1
    return [(cohort, number, count) for (cohort, number), count in sorted(users.items())]


def _ad_performance(world: World, clock: date) -> Iterable[Row]:
    sums: dict[tuple[str, str, str, str, str], list[int]] = {}
    rows = world.query(
        "SELECT ad, day, sum(impressions), sum(clicks), sum(spend), sum(conversions), sum(value) "
        "FROM ad_metrics WHERE reported_on <= :clock AND day <= :clock GROUP BY ad, day",
        clock,
    )
    for ad, day, *metrics in rows:
        campaign = ADS[int(str(ad))].campaign
        account = campaign.account
        key = (
            account.platform,
            account.account_id,
            campaign.campaign_id,
            str(day),
            account.currency,
        )
        total = sums.setdefault(key, [0] * 5)
        for place, value in enumerate(metrics):
            total[place] += int(str(value))
    for key, total in sorted(sums.items()):
        if not any(total):
            continue  # all of it was taken back: the platform has no such row any more
        impressions, clicks, spend, conversions, value = total
        yield *key, impressions, clicks, _micro(spend), _micro(conversions), _micro(value)


def _acquisition(world: World, _clock: date) -> Iterable[Row]:
    found = []
    for person in world.people():
        if person.customer:
            campaign = ADS[person.ad].campaign if person.ad is not None else None
            found.append(
                (
                    person.customer.customer_id,
                    person.channel,
                    campaign.account.platform if campaign else "",
                    campaign.campaign_id if campaign else "",
                    utc_text(person.first_touch_at),
                )
            )
    return sorted(found)


def _messages(world: World, clock: date) -> Iterable[Row]:
    return world.query(
        "SELECT day, message_id, name, channel, sum(sent), sum(viewed), sum(clicked) "
        "FROM message_days WHERE day <= :clock GROUP BY day, message_id, name, channel "
        "ORDER BY day, message_id",
        clock,
    )


def _sessions(world: World, clock: date) -> Iterable[Row]:
    """A session is a visit."""
    return world.query(
        "WITH happened AS (SELECT day, sum(events) AS events FROM event_blocks "
        "WHERE visible <= :clock AND name <> 'App Uninstalled' GROUP BY day) "
        "SELECT day, sum(visits), events FROM visits JOIN happened USING (day) "
        "WHERE visible <= :clock GROUP BY day, events ORDER BY day",
        clock,
    )


def _activity(world: World, clock: date) -> Iterable[Row]:
    """Users are people, however many devices; who did nothing but uninstall was not active."""
    person_of = _person_of_device(world)
    active: dict[date, set[int]] = defaultdict(set)
    events: Counter[date] = Counter()
    for name, day, devices in world.event_devices(clock):
        if name != INACTIVE:
            active[day].update(person_of[device] for device in devices)
            events[day] += len(devices)
    return [(day, len(active[day]), count) for day, count in sorted(events.items())]


def _person_of_device(world: World) -> dict[int, int]:
    return {device.number: person.number for person in world.people() for device in person.devices}


_LEDGERS: dict[str, tuple[tuple[str, ...], Callable[[World, date], Iterable[Row]]]] = {
    "clevertap_events": (("event_name", "event_date", "events"), _clevertap_events),
    "orders": (
        ("order_date", "currency", "orders", "gross_amount", "refund_amount", "net_amount"),
        _orders,
    ),
    "retention": (("cohort_week", "week_number", "users"), _retention),
    "ad_performance": (
        (
            "platform",
            "account_id",
            "campaign_id",
            "date_day",
            "currency",
            "impressions",
            "clicks",
            "spend",
            "conversions",
            "conversion_value",
        ),
        _ad_performance,
    ),
    "acquisition": (
        ("customer_id", "channel", "platform", "campaign_id", "first_touch_at"),
        _acquisition,
    ),
    "messages": (
        ("date_day", "message_id", "message_name", "channel", "sent", "viewed", "clicked"),
        _messages,
    ),
    "sessions": (("session_date", "sessions", "events"), _sessions),
    "activity": (("activity_date", "users", "events"), _activity),
}
LEDGERS = tuple(_LEDGERS)
