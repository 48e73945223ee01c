from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from target_command import Command
from target_running import RedshiftWarehouse, Warehouse

from postgres_local import PostgresServer, free_port
from redshift_local.real import RealCluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.simulated import SimulatedRedshift

DATABASE = "shared"
BUCKET = "shared-staging"
REAL = RealCluster.from_environment()


@pytest.fixture(scope="session")
def shared_server(postgres_server: PostgresServer) -> PostgresServer:
    postgres_server.create_database(DATABASE)
    return postgres_server


@pytest.fixture
def postgres_warehouse(shared_server: PostgresServer) -> Iterator[Warehouse]:
    """An empty Postgres, the same for all tests, as making a database takes long."""
    yield from emptied_afterwards(shared_server)


@pytest.fixture(scope="session")
def shared_redshift(request: pytest.FixtureRequest) -> SimulatedRedshift:
    """A server with the database and the bucket of all tests."""
    if REAL:
        pytest.skip("it does to the stand-in what cannot be done to a real cluster")
    server: SimulatedRedshift = request.getfixturevalue("redshift_server")
    server.create_database(DATABASE)
    session = boto3.Session("test", "test", region_name=server.region)
    with contextlib.closing(session.client("s3", endpoint_url=server.aws_url)) as client:
        client.create_bucket(Bucket=BUCKET)
    return server


@pytest.fixture
def redshift_warehouse(request: pytest.FixtureRequest) -> Iterator[RedshiftWarehouse]:
    """An empty Redshift, the same for all tests: the stand-in, or what REDSHIFT_DSN names."""
    url, place = ("", of_real_cluster(REAL)) if REAL else request.getfixturevalue("of_stand_in")
    config = {"engine": "redshift", "default_target_schema": "raw", **place}
    warehouse = RedshiftWarehouse(url, config)
    yield warehouse
    Command.end_all()
    warehouse.clear()


@pytest.fixture
def of_stand_in(
    shared_redshift: SimulatedRedshift, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, dict[str, object]]:
    """URL of its engine, and the loader's settings; S3's are in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", shared_redshift.aws_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return shared_redshift.postgres_url(DATABASE), {
        "host": shared_redshift.host,
        "port": shared_redshift.port,
        "user": shared_redshift.user,
        "password": shared_redshift.password,
        "database": DATABASE,
        "sslmode": "disable",
        "region": shared_redshift.region,
        "iam_role": "arn:aws:iam::123456789012:role/loader",
        "s3_bucket": BUCKET,
    }


def of_real_cluster(cluster: RealCluster) -> dict[str, object]:
    """Settings of the loader; the login to S3 is boto3's own."""
    return {
        "host": cluster.host,
        "port": cluster.port,
        "user": cluster.user,
        "password": cluster.password,
        "database": cluster.database,
        "sslmode": "verify-full",
        "region": cluster.region,
        "iam_role": cluster.iam_role,
        "s3_bucket": cluster.bucket,
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each engine that its class or its module names in `ENGINES`: all."""
    if "warehouse" in metafunc.fixturenames:
        named = [getattr(each, "ENGINES", ()) for each in (metafunc.cls, metafunc.module)]
        engines = next(filter(None, named), ("postgres", "redshift"))
        metafunc.parametrize("warehouse", engines, indirect=True)


@pytest.fixture
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """An empty warehouse of an engine."""
    found: Warehouse = request.getfixturevalue(f"{request.param}_warehouse")
    return found


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that a test may stop, break and fill."""
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        Path(folder).chmod(0o755)  # open to the account that Postgres runs as under root
        server = PostgresServer(Path(folder) / "postgres", free_port())
        try:
            server.start()
            server.create_database(DATABASE)
            yield server
        finally:
            server.remove()


@pytest.fixture
def own_warehouse(own_server: PostgresServer) -> Iterator[Warehouse]:
    yield from emptied_afterwards(own_server)


def emptied_afterwards(server: PostgresServer) -> Iterator[Warehouse]:
    warehouse = Warehouse.on(server, DATABASE)
    yield warehouse
    Command.end_all()
    warehouse.clear()
