"""A loader on a database without tables and an empty bucket."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import boto3
import pytest
from loaded import Loader

from redshift_local.loading import Context, PostgresJournal
from redshift_local.simulated import SimulatedRedshift


@pytest.fixture(scope="module")
def module_loader(redshift_server: SimulatedRedshift) -> Iterator[Loader]:
    """A database and a bucket for all tests of a file: both take their time to make."""
    name = "loading-" + secrets.token_hex(6)
    redshift_server.create_database(name)
    client = boto3.client(
        "s3",
        endpoint_url=redshift_server.aws_url,
        region_name=redshift_server.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
    )
    client.create_bucket(Bucket=name)
    context = Context(
        session_id=1,
        query_id=1,
        database=name,
        journal=PostgresJournal(redshift_server.postgres_url(name)),
        endpoint_url=redshift_server.aws_url,
        region=redshift_server.region,
    )
    with closing(redshift_server.cluster.backend(name)) as backend:
        yield Loader(backend, context, client, name)
    redshift_server.drop_database(name)


@pytest.fixture
def loader(
    module_loader: Loader, redshift_server: SimulatedRedshift, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Loader]:
    """Loads into a database without tables from an empty bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    redshift_server.faults.clear()
    yield module_loader
    module_loader.clear()
