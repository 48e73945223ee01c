"""The unmodified dbt-redshift on a small project: all that it does in a working day."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from server_running import Connect, rows, run

from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing", "server_fixtures"]
PROJECT = Path(__file__).parent / "dbt_project"
READERS = "readers_of_marts"
SETUP = (
    "create user transformer password 'Transform1'",
    "alter user transformer set enable_case_sensitive_super_attribute to true",
    f"create group {READERS}",
    "create schema landing",
    "create table landing.visits (id bigint, name varchar(20), visited_at timestamptz)",
    "insert into landing.visits values (1, 'first', getdate())",
    "grant usage on schema landing to transformer",
    "grant select on landing.visits to transformer",
    "grant select on svv_table_info to transformer",
)


@dataclass
class Dbt:
    """Runs dbt in a process of its own."""

    environment: dict[str, str]
    target: Path

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run a command, which must succeed; gives the status of each node by its id."""
        done = subprocess.run(  # noqa: S603 - our own arguments
            [
                sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments,
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(self.target), "--log-path", str(self.target),
            ],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        results = json.loads((self.target / "run_results.json").read_text())["results"]
        return {one["unique_id"]: one["status"] for one in results}


@pytest.fixture
def dbt(
    connect: Connect, redshift_server: SimulatedRedshift, redshift_database: str, tmp_path: Path
) -> Iterator[Dbt]:
    admin = connect()
    admin.autocommit = True
    for statement in SETUP:
        run(admin, statement)
    run(admin, f"grant create on database {redshift_database} to transformer")
    yield Dbt(
        {
            **os.environ,
            "CYCLE_HOST": redshift_server.host,
            "CYCLE_PORT": str(redshift_server.port),
            "CYCLE_USER": "transformer",
            "CYCLE_PASSWORD": "Transform1",
            "CYCLE_DATABASE": redshift_database,
            "SSL_CERT_FILE": str(redshift_server.ca_file),
        },
        tmp_path / "target",
    )
    redshift_server.drop_database(redshift_database)
    for statement in ("drop user transformer", f"drop group {READERS}"):
        with_default = connect(database=redshift_server.database)
        with_default.autocommit = True
        run(with_default, statement)


def test_a_working_day(dbt: Dbt, connect: Connect) -> None:
    first = dbt.run("build")
    assert len(first) == 19
    assert set(first.values()) == {"success", "pass"}
    admin = connect()
    admin.autocommit = True
    assert rows(admin, "select * from cycle.items order by position") == [
        (1, 0, "pen", pytest.approx(1.5), "London"),
        (1, 1, "ink", pytest.approx(2), "London"),
    ]

    run(admin, "insert into landing.visits values (2, 'second', getdate())")
    run(admin, "update cycle.people set name = 'Ada L.', changed_at = getdate() where id = 1")
    again = dbt.run("build", "--exclude", "resource_type:seed")
    assert set(again.values()) == {"success", "pass"}
    assert rows(admin, "select count(*), count(distinct id) from cycle.appended") == [(3, 2)]
    for table in ("merged", "replaced"):
        found = rows(admin, f"select name from cycle.{table} order by id, name")  # noqa: S608
        kept = [("Ada",), ("Ada L.",)] if table == "replaced" else [("Ada L.",)]
        assert found == [*kept, ("Émile",), ('O\'Hara, "Sue"',)]
    history = "select name, dbt_valid_to is null from cycle.people_snapshot where id = 1"
    assert sorted(rows(admin, history)) == [("Ada", False), ("Ada L.", True)]
    granted = (
        "select distinct relation_name from svv_relation_privileges where namespace_name = 'cycle'"
        " and identity_name = 'readers_of_marts' and privilege_type = 'SELECT'"
    )
    assert ("people_table",) in rows(admin, granted)

    dbt.run("docs", "generate")
    catalog = json.loads((dbt.target / "catalog.json").read_text())
    assert not catalog["errors"]
    assert {name.split(".")[-1] for name in catalog["nodes"]} == {
        "appended", "contracted", "items", "late_view", "merged", "names_snapshot", "nested",
        "payloads", "people", "people_snapshot", "people_table", "people_view", "replaced",
    }  # fmt: skip
    table = catalog["nodes"]["model.cycle.people_table"]
    assert table["stats"]["diststyle"]["value"] == "KEY(id)"
    assert table["stats"]["sortkey1"]["value"] == "born"
    assert table["columns"]["third"]["type"].startswith("numeric")
    nested = catalog["nodes"]["model.cycle.nested"]["columns"]
    assert nested["body"]["type"] == "super"
    late = catalog["nodes"]["model.cycle.late_view"]["columns"]
    assert set(late) == {"id", "name", "seen_at"}
    shown = catalog["nodes"]["model.cycle.people_view"]
    assert shown["metadata"]["comment"] == "People, \"loud\" and 'quiet'."

    dbt.run("source", "freshness")
    fresh = json.loads((dbt.target / "sources.json").read_text())["results"]
    assert [one["status"] for one in fresh] == ["pass"]
