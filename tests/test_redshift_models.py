"""The dbt project on Redshift: by dbt-redshift, against the same on Postgres."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psycopg
import pytest
from psycopg import sql
from redshift_connector.error import ProgrammingError
from tests.conftest import LOAD, ROOT, Headwater
from tests.redshift_cluster import REAL, Redshift, database_of_our_own, reader, readers_role
from tests.redshift_copy import comparable, copy_raw

from redshift_local.real import RealCluster
from redshift_local.rules import check
from redshift_local.simulated import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

WORLD = (150, 12)
BUCKET = "headwater-models"
ROLE = "arn:aws:iam::123456789012:role/headwater-load"
DBT = Path(sys.executable).with_name("dbt")
# as `dbt:run` does
RUN = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
# The setting without which Redshift reads JSON keys with capitals as null.
EXACT_KEYS = ("enable_case_sensitive_super_attribute", "enable_case_sensitive_identifier")


@dataclass(frozen=True)
class Project:
    """The dbt project on a Redshift, its artefacts in `folder`."""

    redshift: Redshift
    folder: Path

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt against Redshift; what it prints is kept together."""
        environment = {
            "WAREHOUSE_HOST": self.redshift.host,
            "WAREHOUSE_PORT": str(self.redshift.port),
            "WAREHOUSE_USER": self.redshift.user,
            "WAREHOUSE_PASSWORD": self.redshift.password,
            "WAREHOUSE_DATABASE": self.redshift.database,
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_USE_COLORS": "false",
            "DBT_MARTS_READERS": f"{reader(self.redshift).user},role:{readers_role(self.redshift)}",
        }
        return subprocess.run(  # noqa: S603 (our own command)
            [DBT, *arguments, "--profiles-dir", "profiles", "--target", "rehearsal"],
            cwd=ROOT / "transform",
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=500,
        )

    def succeed(self, *arguments: str) -> str:
        """Run dbt; its output, once it ended with exit code 0."""
        done = self.dbt(*arguments)
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    def marts(self) -> dict[str, list[str]]:
        """Every row of every mart, sorted."""
        names = self.redshift.query(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' order by 1"
        )
        return {
            str(name): sorted(
                comparable(row)
                for row in self.redshift.query(f'select * from marts."{name}"')  # noqa: S608
            )
            for (name,) in names
        }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project on a database whose user reads JSON keys as they are written."""
    with (
        pytest.MonkeyPatch.context() as patch,
        nullcontext(REAL) if REAL else _stand_in(patch) as cluster,
        database_of_our_own(cluster, readers=True) as redshift,
    ):
        yield Project(redshift, tmp_path_factory.mktemp("dbt"))


@contextmanager
def _stand_in(patch: pytest.MonkeyPatch) -> Iterator[RealCluster]:
    """A stand-in that answers as a real cluster would."""
    with tempfile.TemporaryDirectory(prefix="redshift-models-") as name:
        home = Path(name)
        home.chmod(0o755)  # the embedded Postgres runs as another user where we are root
        with serve(home) as server:
            patch.setenv("AWS_ENDPOINT_URL", server.aws_url)
            patch.setenv("AWS_ACCESS_KEY_ID", "test")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
            patch.setenv("SSL_CERT_FILE", str(server.ca_file))
            boto3.client("s3", region_name=server.region).create_bucket(Bucket=BUCKET)
            yield RealCluster(
                host=server.host,
                port=server.port,
                user=server.user,
                password=server.password,
                database=server.database,
                bucket=BUCKET,
                iam_role=ROLE,
                region=server.region,
            )


def test_compiled_models_hold_nothing_that_redshift_refuses(project: Project) -> None:
    project.succeed("compile")
    compiled = sorted((project.folder / "target" / "compiled").rglob("*.sql"))
    assert len(compiled) > 500
    found = [
        f"{path.name}:{violation.line}: {violation.message}"
        for path in compiled
        for violation in check(path.read_text())
    ]
    assert found == []


def test_user_that_reads_json_keys_inexactly_is_told(project: Project) -> None:
    _set_exact_keys(project.redshift, "false")
    try:
        done = project.dbt("run", "--select", "dim_date")
    finally:
        _set_exact_keys(project.redshift, "true")
    assert done.returncode != 0
    assert "enable_case_sensitive_super_attribute" in done.stdout


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_marts_equal_those_of_postgres(headwater: Headwater, project: Project) -> None:
    _load(headwater, project)
    headwater.succeed("run", "dbt:run")
    project.succeed("build")
    _assert_equal(headwater, project)

    # whom the marts are open to, the tables behind their views are not
    analyst = reader(project.redshift)
    assert len(analyst.query("select event_key from marts.fct_events")) > 0
    with pytest.raises(ProgrammingError, match="permission denied"):
        analyst.query("select event_key from staging.stg_clevertap__events")

    # nothing new: nothing changes
    before = project.marts()
    project.succeed(*RUN)
    assert project.marts() == before

    # days that come later, and numbers that are restated, by increments
    headwater.succeed("invoke", "sandbox", "advance", "--days", "2")
    _load(headwater, project)
    headwater.succeed("run", "dbt:run")
    project.succeed(*RUN)
    _assert_equal(headwater, project)
    project.succeed("test")

    # what increments gave is what all of it gives
    before = project.marts()
    project.succeed(*RUN, "--full-refresh")
    assert project.marts() == before

    project.succeed("source", "freshness")
    project.succeed("docs", "generate")
    assert "clevertap.events" in project.succeed("--quiet", "run-operation", "print_health")


def _load(headwater: Headwater, project: Project) -> None:
    headwater.succeed(*LOAD)
    _make_hash_key(headwater)
    assert copy_raw(headwater.warehouse_url, project.redshift) > 0


def _make_hash_key(headwater: Headwater) -> None:
    """Both engines hash with one key, so it is there before either would make its own."""
    headwater.execute("create schema if not exists secrets")
    headwater.execute(
        "create table if not exists secrets.user_hash_key (hash_key text, created_at timestamptz)"
    )
    headwater.execute(
        "insert into secrets.user_hash_key select 'of both', now()"
        " where not exists (select from secrets.user_hash_key)"
    )


def _set_exact_keys(redshift: Redshift, value: str) -> None:
    redshift.execute(*(f"alter user {redshift.user} set {name} to {value}" for name in EXACT_KEYS))


def _assert_equal(headwater: Headwater, project: Project) -> None:
    on_redshift = project.marts()
    on_postgres = _marts_of_postgres(headwater)
    assert on_redshift.keys() == on_postgres.keys()
    for name, rows in on_postgres.items():
        assert on_redshift[name] == rows, name
    assert sum(map(len, on_postgres.values())) > 0


def _marts_of_postgres(headwater: Headwater) -> dict[str, list[str]]:
    with psycopg.connect(headwater.warehouse_url, options="-c timezone=UTC") as connection:
        return {
            name: sorted(
                comparable(row)
                for row in connection.execute(
                    sql.SQL("select * from {}").format(sql.Identifier("marts", name))
                )
            )
            for name in headwater.marts()
        }
