from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from target_running import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.postgres import PostgresServer


@pytest.fixture(scope="session")
def shared_database_url(postgres_server: PostgresServer) -> str:
    postgres_server.create_database("shared")
    return postgres_server.url("shared")


@pytest.fixture
def warehouse(shared_database_url: str) -> Iterator[Warehouse]:
    """An empty database, the same for all tests, as making one takes long."""
    parts = urlsplit(shared_database_url)
    warehouse = Warehouse(
        url=shared_database_url,
        config={
            "engine": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "user": parts.username,
            "password": parts.password,
            "database": parts.path[1:],
            "default_target_schema": "raw",
        },
    )
    yield warehouse
    warehouse.query("alter database shared reset all; drop schema if exists raw cascade")
