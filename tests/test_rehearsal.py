"""The whole job through S3, COPY and dbt-redshift, beside the same on Postgres: one world.

On the stand-in, or on the cluster that REDSHIFT_DSN names.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from tests.conftest import INCREMENT
from tests.ledger_checks import assert_events_equal_the_ledger, assert_marts_equal_the_ledger
from tests.redshift_cluster import REAL, Redshift, database_of_our_own, empty
from tests.redshift_copy import comparable
from tests.redshift_headwater import HeadwaterOnRedshift, in_production, in_rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.conftest import Headwater, Row

    from redshift_local.real import RealCluster

pytestmark = pytest.mark.timeout(3600 if REAL else 600)
WORLD = (120, 10)
BUCKET = "headwater-rehearsal"
# When a row was read or loaded: of two loads never the same.
READING_TIMES = {"first_loaded_at", "last_loaded_at", "observed_at", "valid_from", "valid_to"}
HEALTH = "rpt_pipeline_health"  # tells of the loads
RESTATEMENTS = "fct_metric_restatements"  # empty until something is restated
MARTS = "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
# One story, told in order on one world.


@dataclass(frozen=True)
class Rehearsal:
    """One world, read into two warehouses.

    Attributes:
        postgres: The environment sandbox.
        redshift: The environment rehearsal; with a real cluster, prod.
        cluster: The real cluster, if there is one.
    """

    postgres: Headwater
    redshift: HeadwaterOnRedshift
    cluster: RealCluster | None = None

    def succeed(self, on_postgres: Iterable[str], on_redshift: Iterable[str]) -> None:
        """Run Meltano in both environments at once."""
        with ThreadPoolExecutor() as pool:
            runs = [
                pool.submit(self.postgres.succeed, *on_postgres),
                pool.submit(self.redshift.succeed, *on_redshift),
            ]
            for run in runs:
                run.result()

    def lose_the_warehouse(self) -> None:
        """Leave a Redshift that holds nothing."""
        if self.cluster:
            empty(self.cluster, self.redshift.warehouse)
            # Redshift makes no key; the stand-in's environment may do without a secret one.
            self.redshift.warehouse.execute(*_key("varchar(256)", "getdate()"))
        else:
            self.redshift.succeed("invoke", "redshift-local", "reset")


@pytest.fixture(scope="module")
def rehearsal(headwater: Headwater) -> Iterator[Rehearsal]:
    """An empty Redshift beside the started sandbox."""
    with _on_the_cluster(headwater, REAL) if REAL else _on_the_stand_in(headwater) as made:
        _hash_alike(made)
        yield made


@contextmanager
def _on_the_stand_in(headwater: Headwater) -> Iterator[Rehearsal]:
    rehearsing = in_rehearsal(headwater, BUCKET)
    try:
        rehearsing.succeed("invoke", "redshift-local", "start")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in rehearsing.login.items():
                patch.setenv(name, value)
            yield Rehearsal(headwater, rehearsing)
    finally:
        rehearsing.meltano("invoke", "redshift-local", "remove")


@contextmanager
def _on_the_cluster(headwater: Headwater, cluster: RealCluster) -> Iterator[Rehearsal]:
    with database_of_our_own(cluster) as redshift:
        yield Rehearsal(headwater, in_production(headwater, redshift), cluster)


def _hash_alike(rehearsal: Rehearsal) -> None:
    """Both warehouses get one key: each would make its own."""
    with psycopg.connect(rehearsal.postgres.warehouse_url, autocommit=True) as connection:
        for statement in _key("text", "now()"):
            connection.execute(statement.encode())
    rehearsal.redshift.warehouse.execute(*_key("varchar(256)", "getdate()"))


def _key(text: str, now: str) -> tuple[str, ...]:
    return (
        "create schema secrets",
        f"create table secrets.user_hash_key (hash_key {text}, created_at timestamptz)",
        f"insert into secrets.user_hash_key values ('of both', {now})",  # noqa: S608 (our own)
    )


def assert_both_show_the_same(rehearsal: Rehearsal) -> None:
    on_postgres = dict(_on_postgres(rehearsal.postgres))
    on_redshift = dict(_on_redshift(rehearsal.redshift.warehouse))
    assert on_redshift.keys() == on_postgres.keys()
    for mart, rows in on_postgres.items():
        assert on_redshift[mart] == rows, mart
    assert len(on_postgres) > 30
    assert all(rows for mart, rows in on_postgres.items() if mart != RESTATEMENTS)


def _on_postgres(headwater: Headwater) -> Iterator[tuple[str, list[str]]]:
    """Each mart, all its rows."""
    with psycopg.connect(headwater.warehouse_url, options="-c timezone=UTC") as connection:
        for (mart,) in connection.execute(MARTS).fetchall():
            if mart != HEALTH:
                found = connection.execute(
                    sql.SQL("select * from {}").format(sql.Identifier("marts", mart))
                )
                yield mart, _comparable([it.name for it in found.description or ()], found)


def _on_redshift(redshift: Redshift) -> Iterator[tuple[str, list[str]]]:
    """Each mart, all its rows."""
    for (mart,) in redshift.query(MARTS):
        if mart != HEALTH:
            names, rows = redshift.read(f'select * from marts."{mart}"')  # noqa: S608 (dbt's name)
            yield str(mart), _comparable(names, rows)


def _comparable(names: list[str], rows: Iterable[Row]) -> list[str]:
    """Rows as text, without their reading times; the columns' names come first."""
    compared = [place for place, name in enumerate(names) if name not in READING_TIMES]
    shown = sorted(comparable(tuple(row[place] for place in compared)) for row in rows)
    return [repr([names[place] for place in compared]), *shown] if shown else []


def test_the_first_run_shows_what_postgres_shows_and_the_truth(rehearsal: Rehearsal) -> None:
    rehearsal.succeed(INCREMENT, ("run", "demo"))
    assert_both_show_the_same(rehearsal)
    assert_marts_equal_the_ledger(rehearsal.redshift)
    assert rehearsal.redshift.warehouse.files() == []


def test_the_summary_is_of_the_rehearsal(rehearsal: Rehearsal) -> None:
    printed = rehearsal.redshift.succeed("invoke", "sandbox", "summary")
    assert "Ads per platform, account, campaign and day" in printed
    assert "DIFFER" not in printed
    assert "make rehearsal" in printed


def test_docs_and_freshness(rehearsal: Rehearsal) -> None:
    rehearsal.redshift.succeed("run", "dbt:freshness", "dbt:docs")
    folder = Path(rehearsal.redshift.environment["DBT_TARGET_PATH"])
    sources = json.loads((folder / "sources.json").read_text())["results"]
    assert {each["status"] for each in sources} == {"pass"}
    described = json.loads((folder / "catalog.json").read_text())["nodes"]
    assert (
        "spend_reporting" in described["model.headwater.fct_campaign_performance_daily"]["columns"]
    )
    assert (folder / "static_index.html").exists()


@pytest.mark.skipif(REAL is not None, reason="a rehearsal's folder is redshift-local's")
def test_the_world_stays_while_a_rehearsal_was_loaded_from_it(rehearsal: Rehearsal) -> None:
    done = rehearsal.postgres.meltano("invoke", "sandbox", "reset")
    assert done.returncode == 1
    assert "invoke redshift-local remove" in done.stdout


def test_a_day_later_both_show_the_same(rehearsal: Rehearsal) -> None:
    rehearsal.postgres.succeed("invoke", "sandbox", "advance", "--days", "1")
    rehearsal.succeed(INCREMENT, INCREMENT)
    assert_both_show_the_same(rehearsal)
    assert_marts_equal_the_ledger(rehearsal.redshift)
    assert rehearsal.redshift.warehouse.files() == []


def test_a_lost_warehouse_is_no_green_run(rehearsal: Rehearsal) -> None:
    rehearsal.lose_the_warehouse()
    done = rehearsal.redshift.meltano("run", "tap-clevertap", "target-redshift")
    assert done.returncode == 1
    assert "--full-refresh" in done.stdout
    # One source is enough on an empty Redshift, too.
    rehearsal.redshift.succeed(
        "run", "--full-refresh", "tap-clevertap", "target-redshift", "dbt:run"
    )
    assert_events_equal_the_ledger(rehearsal.redshift)
