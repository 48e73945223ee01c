"""Pytest fixtures: a Redshift for a test session, a database and a bucket for each test.

Use them by `-p redshift_local.testing` among pytest's `addopts`, or name the module among a
conftest's `pytest_plugins`. Types to name in tests are in `redshift_local.simulated`: pytest wants
to import this module itself.
"""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from redshift_local.simulated import SimulatedRedshift, serve

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


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


@pytest.fixture(scope="session")
def s3_client(redshift_server: SimulatedRedshift) -> "S3Client":
    """A client of the server's S3; one for the session, as boto3 takes its time to make one."""
    session = boto3.Session("test", "test", region_name=redshift_server.region)
    return session.client("s3", endpoint_url=redshift_server.aws_url)


@pytest.fixture
def s3_bucket(s3_client: "S3Client") -> Iterator[str]:
    """Name of a fresh, empty bucket; emptied and gone after the test."""
    name = f"test-{secrets.token_hex(6)}"
    s3_client.create_bucket(Bucket=name)
    yield name
    for page in s3_client.get_paginator("list_objects_v2").paginate(Bucket=name):
        for entry in page.get("Contents", []):
            s3_client.delete_object(Bucket=name, Key=entry["Key"])
    s3_client.delete_bucket(Bucket=name)
