"""The whole job through S3, COPY and dbt-redshift, beside the same on Postgres: one world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import boto3
import psycopg
import pytest
from psycopg import sql
from tests.conftest import INCREMENT
from tests.ledger_checks import assert_events_equal_the_ledger, assert_marts_equal_the_ledger
from tests.redshift_copy import comparable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Headwater

WORLD = (300, 14)
BUCKET = "headwater-rehearsal"
# When a row was read or loaded: of two loads never the same.
READING_TIMES = {"first_loaded_at", "last_loaded_at", "observed_at", "valid_from", "valid_to"}
# One story, told in order on one world.


@dataclass(frozen=True)
class Rehearsal:
    """One world, read into two warehouses.

    Attributes:
        postgres: The environment sandbox.
        redshift: The environment rehearsal.
    """

    postgres: Headwater
    redshift: Headwater

    def succeed(self, *arguments: str) -> None:
        """Run Meltano in both environments."""
        for each in (self.postgres, self.redshift):
            each.succeed(*arguments)

    def staged_files(self) -> list[str]:
        """Keys of all that lies in the bucket."""
        port = self.redshift.environment["REDSHIFT_LOCAL_AWS_PORT"]
        s3 = boto3.Session("any", "any", region_name="us-east-1").client(
            "s3", endpoint_url=f"http://127.0.0.1:{port}"
        )
        found = s3.list_objects_v2(Bucket=BUCKET)
        return [each["Key"] for each in found.get("Contents", [])]


@pytest.fixture(scope="module")
def rehearsal(headwater: Headwater) -> Iterator[Rehearsal]:
    """A started stand-in for Redshift beside the started sandbox."""
    database = headwater.folder / "meltano-rehearsal.db"
    redshift = replace(
        headwater,
        name="rehearsal",
        environment={
            **headwater.environment,
            "SANDBOX_MELTANO_DATABASE": str(database),
            "MELTANO_DATABASE_URI": f"sqlite:///{database}",
            "DBT_TARGET_PATH": str(headwater.folder / "dbt-target-rehearsal"),
        },
    )
    try:
        redshift.succeed("invoke", "redshift-local", "start")
        _hash_alike(headwater.warehouse_url, "text", "now()")
        _hash_alike(redshift.warehouse_url, "varchar(256)", "getdate()")
        yield Rehearsal(headwater, redshift)
    finally:
        redshift.meltano("invoke", "redshift-local", "remove")


def _hash_alike(url: str, text: str, now: str) -> None:
    """Both warehouses get one key: each would make its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create schema secrets")
        connection.execute(
            f"create table secrets.user_hash_key (hash_key {text}, created_at timestamptz)".encode()
        )
        connection.execute(
            f"insert into secrets.user_hash_key values ('of both', {now})".encode()  # noqa: S608
        )


def assert_both_show_the_same(rehearsal: Rehearsal) -> None:
    shown = {}
    for each in (rehearsal.postgres, rehearsal.redshift):
        with psycopg.connect(each.warehouse_url) as connection:
            connection.execute("set timezone to 'UTC'")
            shown[each.name] = dict(_marts(connection))
    assert shown["rehearsal"].keys() == shown["sandbox"].keys()
    for mart, rows in shown["sandbox"].items():
        assert shown["rehearsal"][mart] == rows, mart
    assert len(shown["sandbox"]) > 30
    assert all(rows for mart, rows in shown["sandbox"].items() if mart != RESTATEMENTS)


RESTATEMENTS = "fct_metric_restatements"  # empty until something is restated


def _marts(connection: psycopg.Connection) -> Iterator[tuple[str, list[str]]]:
    """Each mart, its columns but for reading times, all its rows."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name <> 'rpt_pipeline_health'"
        " order by table_name, ordinal_position"
    ).fetchall():
        if column not in READING_TIMES:
            columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        query = sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier("marts", table)
        )
        yield table, sorted(comparable(row) for row in connection.execute(query))


def test_the_first_run_shows_what_postgres_shows_and_the_truth(rehearsal: Rehearsal) -> None:
    rehearsal.postgres.succeed(*INCREMENT)
    rehearsal.redshift.succeed("run", "demo")
    assert_both_show_the_same(rehearsal)
    assert_marts_equal_the_ledger(rehearsal.redshift)
    assert rehearsal.staged_files() == []


def test_the_summary_is_of_the_rehearsal(rehearsal: Rehearsal) -> None:
    printed = rehearsal.redshift.succeed("invoke", "sandbox", "summary")
    assert "Ads per platform, account, campaign and day" in printed
    assert "DIFFER" not in printed
    assert "make rehearsal" in printed


def test_the_world_stays_while_a_rehearsal_was_loaded_from_it(rehearsal: Rehearsal) -> None:
    done = rehearsal.postgres.meltano("invoke", "sandbox", "reset")
    assert done.returncode == 1
    assert "invoke redshift-local remove" in done.stdout


def test_a_day_later_both_show_the_same(rehearsal: Rehearsal) -> None:
    rehearsal.postgres.succeed("invoke", "sandbox", "advance", "--days", "1")
    rehearsal.succeed(*INCREMENT)
    assert_both_show_the_same(rehearsal)
    assert_marts_equal_the_ledger(rehearsal.redshift)
    assert rehearsal.staged_files() == []


def test_a_lost_warehouse_is_no_green_run(rehearsal: Rehearsal) -> None:
    rehearsal.redshift.succeed("invoke", "redshift-local", "reset")
    done = rehearsal.redshift.meltano("run", "tap-clevertap", "target-redshift")
    assert done.returncode == 1
    assert "--full-refresh" in done.stdout
    # One source is enough on an empty Redshift, too.
    rehearsal.redshift.succeed(
        "run", "--full-refresh", "tap-clevertap", "target-redshift", "dbt:run"
    )
    assert_events_equal_the_ledger(rehearsal.redshift)
