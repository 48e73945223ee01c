"""Pytest fixtures: a Redshift for a test session, a database and a bucket for each test.

Use them by `-p redshift_local.testing` among pytest's `addopts`, or name the module among a
conftest's `pytest_plugins`. Types to name in tests are in `redshift_local.simulated`: pytest wants
to import this module itself.
"""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from redshift_local.simulated import SimulatedRedshift, serve


@pytest.fixture(scope="session")
def redshift_server() -> Iterator[SimulatedRedshift]:
    """A started server in a temporary folder on free ports; gone after the session."""
    with tempfile.TemporaryDirectory(prefix="redshift-local-") as folder:
        # Open to the account that Postgres runs as under root: that saves a copy of its binaries.
        Path(folder).chmod(0o755)
        with serve(Path(folder)) as server:
            yield server


@pytest.fixture
def redshift_database(redshift_server: SimulatedRedshift) -> Iterator[str]:
    """Name of a fresh, empty database; dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    redshift_server.create_database(name)
    yield name
    redshift_server.drop_database(name)


@pytest.fixture
def s3_bucket(redshift_server: SimulatedRedshift) -> Iterator[str]:
    """Name of a fresh, empty bucket; emptied and gone after the test."""
    name = f"test-{secrets.token_hex(6)}"
    resource = boto3.Session("test", "test", region_name=redshift_server.region).resource(
        "s3", endpoint_url=redshift_server.aws_url
    )
    bucket = resource.create_bucket(Bucket=name)
    yield name
    bucket.objects.all().delete()
    bucket.delete()
