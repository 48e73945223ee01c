"""The marts against the ledger: what the pipeline says, beside what is true."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import LiteralString

from psycopg import Connection

from sandbox.world.ledger import ledger
from sandbox.world.store import World

# The ledger's columns as the marts hold them.
_MARTS: Mapping[str, LiteralString] = {
    "clevertap_events": """
        select event_name, event_date, count(*) as events
        from marts.fct_events group by event_name, event_date""",
    "orders": """
        select order_date, currency, count(*) as orders, sum(gross_amount) as gross_amount,
            sum(refund_amount) as refund_amount, sum(net_amount) as net_amount
        from marts.fct_orders group by order_date, currency""",
    "retention": """
        select cohort_week, week_number, users from marts.rpt_cohort_retention where users > 0""",
    "sessions": """
        select session_date, count(*) as sessions, sum(events) as events
        from marts.fct_sessions group by session_date""",
    "activity": """
        select activity_date, count(*) as users, sum(active_events) as events
        from marts.fct_user_activity_daily where is_active group by activity_date""",
    "messages": """
        select report_date, message_id, message_name, channel, sum(sent) as sent,
            sum(viewed) as viewed, sum(clicked) as clicked
        from marts.fct_message_performance_daily
        group by report_date, message_id, message_name, channel""",
    "ad_performance": """
        select platform, account_id, campaign_id, date_day, currency, impressions, clicks, spend,
            conversions, conversion_value
        from marts.fct_campaign_performance_daily""",
}


def differences(world: World, connection: Connection) -> dict[str, int]:
    """How many rows of each ledger and its mart differ, by the ledger's name; 0 is equal."""
    return {
        name: len(_truth(world, name) ^ _rows(connection.execute(query).fetchall()))
        for name, query in _MARTS.items()
    }


def _truth(world: World, name: str) -> set[tuple[str, ...]]:
    return _rows(ledger(world, name).rows)


def _rows(rows: Iterable[tuple[object, ...]]) -> set[tuple[str, ...]]:
    return {tuple(_plain(cell) for cell in row) for row in rows}


def _plain(cell: object) -> str:
    """One spelling for a number, whichever side it comes from."""
    if isinstance(cell, (int, Decimal)):
        return format(Decimal(cell).normalize(), "f")
    return str(cell)
