"""Pytest fixtures for every package of the project.

Use them by `pytest_plugins = ["sandbox.testing"]` in `tests/conftest.py`.
"""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.postgres import PostgresServer, free_port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A started Postgres in a temporary folder on a free port; gone after the session."""
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        server = PostgresServer(Path(folder) / "postgres", free_port())
        try:
            server.start()
            yield server
        finally:
            server.remove()


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """URL of a fresh, empty database; dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)
