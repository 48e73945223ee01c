"""What a person wants to see after the main job: what came in, what was checked, what it says."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from rich.console import Console
from rich.table import Table

from sandbox.errors import SandboxError
from sandbox.reconciliation import differences
from sandbox.world.store import World

_HAS_MARTS = """
select 1 from information_schema.tables
where table_schema = 'marts' and table_name = 'fct_orders'
"""

# Net revenue and users stand in the marts; a week counts for retention once it is over.
_NUMBERS = """
with days as (
    select min(event_date) as first_day, max(event_date) as last_day from marts.fct_events
)
select
    first_day,
    last_day,
    (select count(distinct user_key) from marts.fct_events where event_date > last_day - 7),
    (select count(*) from marts.dim_user),
    (select count(*) from marts.fct_orders),
    (select sum(gross_amount_reporting) from marts.fct_orders),
    (select sum(refund_amount_reporting) from marts.fct_orders),
    (select sum(net_amount_reporting) from marts.fct_orders),
    (select sum(users) * 1.0 / nullif(sum(cohort_size), 0) from marts.rpt_cohort_retention
      where week_number = 1 and active_week + 6 <= last_day)
from days
"""

# Ratios come from the sums, in the reporting currency: accounts have currencies of their own.
_PLATFORMS = """
select
    initcap(platform),
    min(reporting_currency),
    sum(spend_reporting),
    sum(clicks) * 1.0 / nullif(sum(impressions), 0),
    sum(spend_reporting) / nullif(sum(clicks), 0),
    sum(spend_reporting) * 1000 / nullif(sum(impressions), 0),
    sum(conversions),
    sum(conversion_value_reporting) / nullif(sum(spend_reporting), 0)
from marts.fct_campaign_performance_daily
group by platform
order by platform
"""


@dataclass(frozen=True)
class Checks:
    """What dbt's last run built and tested."""

    built: Counter[str]
    failed: Counter[str]

    @classmethod
    def of_last_run(cls, target: Path, again: str) -> "Checks":
        """Read `run_results.json` in dbt's target folder; `again` is the command that runs dbt.

        Raises:
            SandboxError: dbt has not run yet.
        """
        results = target / "run_results.json"
        if not results.exists():
            raise SandboxError(f"dbt has left no results in {target}: `{again}` makes them.")
        built, failed = Counter[str](), Counter[str]()
        for result in json.loads(results.read_text())["results"]:
            kind = result["unique_id"].split(".")[0]
            good = result["status"] in {"success", "pass"}
            (built if good else failed)[kind] += 1
        return cls(built, failed)


def show_summary(
    warehouse_url: str, world: World, target: Path, again: str, console: Console
) -> None:
    """Print rows per stream, dbt's checks, the company's numbers, and where to look next.

    Args:
        warehouse_url: URL of the warehouse.
        world: The world whose ledger the marts are held against.
        target: dbt's target folder.
        again: The command that loads this warehouse once more.
        console: Where to print.

    Raises:
        SandboxError: The main job has not run yet, or the marts differ from the ledger.
    """
    checks = Checks.of_last_run(target, again)
    with psycopg.connect(warehouse_url) as connection:
        if not connection.execute(_HAS_MARTS).fetchone():
            raise SandboxError(f"The warehouse holds no marts yet: `{again}` makes them.")
        console.print(_table("In the warehouse", _stream_rows(connection)))
        console.print(_table("What it says", _numbers(connection)))
        console.print(_platforms(connection))
        found = differences(world, connection)
    console.print(_table("dbt's last run", _check_rows(checks)))
    console.print(_table(f"Against the world's ledger on {world.clock}", _verdicts(found)))
    console.print(
        _NEXT.format(warehouse_url=warehouse_url, again=again), highlight=False, soft_wrap=True
    )
    if any(found.values()):
        raise SandboxError(
            f"The marts differ from the world; if it has moved on, `{again}` loads the rest."
        )


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, min_width=60)
    table.add_column(ratio=1)
    table.add_column(justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _stream_rows(connection: Connection) -> Iterable[tuple[str, str]]:
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        # the reads are the taps' own book-keeping, and grow by every run
        " where table_schema like 'raw\\_%' and table_name not like '%\\_reads'"
        " and table_name not like '\\_sdc%' order by 1, 2"
    ).fetchall()
    for schema, table in tables:
        count = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
        (rows,) = connection.execute(count).fetchone() or (0,)
        if rows:
            yield f"{schema}.{table}", f"{rows:,} rows"


def _numbers(connection: Connection) -> Iterable[tuple[str, str]]:
    row = connection.execute(_NUMBERS).fetchone()
    if row is None or row[0] is None:
        return
    first_day, last_day, active, users, orders, gross, refunds, net, retention = row
    yield "Days", f"{first_day} to {last_day}"
    yield "Users seen", f"{users:,}"
    yield "Active users, last 7 days", f"{active:,}"
    if retention is not None:
        yield "Week-1 retention", f"{retention:.1%}"
    yield "Orders", f"{orders:,}"
    if orders:
        yield "Gross revenue, reporting currency", f"{gross:,.2f}"
        yield "Refunds", f"{refunds:,.2f}"
        yield "Net revenue", f"{net:,.2f}"


def _platforms(connection: Connection) -> Table:
    """Each ad platform's numbers, in the reporting currency."""
    rows = connection.execute(_PLATFORMS).fetchall()
    currency = f", in {rows[0][1]}" if rows else ""
    table = Table(title=f"Paid media{currency}", title_justify="left", min_width=60)
    for name in ("", "Spend", "CTR", "CPC", "CPM", "Conversions", "ROAS"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for platform, _, spend, ctr, cpc, cpm, conversions, roas in rows:
        table.add_row(
            platform,
            _said(spend, ",.0f"),
            _said(ctr, ".2%"),
            _said(cpc, ",.2f"),
            _said(cpm, ",.2f"),
            _said(conversions, ",.0f"),
            _said(roas, ".2f"),
        )
    return table


def _said(number: Decimal | None, form: str) -> str:
    """A number as words; without a rate, or a click, there is none."""
    return "-" if number is None else format(number, form)


def _check_rows(checks: Checks) -> Iterable[tuple[str, str]]:
    names = {"model": "Models", "test": "Data tests", "unit_test": "Unit tests"}
    for kind, name in names.items():
        good, bad = checks.built[kind], checks.failed[kind]
        if good or bad:
            yield name, f"{good} passed" + (f", {bad} FAILED" if bad else "")


def _verdicts(found: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    names = {
        "clevertap_events": "Events per name and day",
        "orders": "Orders, refunds and revenue per day",
        "retention": "Retained users per cohort and week",
        "sessions": "Sessions per day",
        "activity": "Active users per day",
        "messages": "Messages sent, viewed and clicked per day",
        "ad_performance": "Ads per platform, account, campaign and day",
    }
    for ledger_name, different in found.items():
        yield names[ledger_name], f"{different} rows DIFFER" if different else "equal"


_NEXT = """
Where to look next
  psql {warehouse_url}
      the schema marts: fct_campaign_performance_daily, fct_events, fct_orders, dim_user, ...
  make docs
      every model and column, described
  .venv/bin/meltano invoke sandbox advance --days 1 && {again}
      the next day, with late events and changed orders
  .venv/bin/meltano invoke sandbox ledger orders
      the truth, to compare with"""
