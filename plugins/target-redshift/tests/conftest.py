from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from target_command import Command
from target_running import Warehouse

from postgres_local import PostgresServer, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = "shared"


@pytest.fixture(scope="session")
def shared_server(postgres_server: PostgresServer) -> PostgresServer:
    postgres_server.create_database(DATABASE)
    return postgres_server


@pytest.fixture
def warehouse(shared_server: PostgresServer) -> Iterator[Warehouse]:
    """An empty database, the same for all tests, as making one takes long."""
    yield from emptied_afterwards(shared_server)


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
    warehouse.query(
        f"alter database {DATABASE} reset all;"
        " drop schema if exists raw cascade; drop schema if exists calm cascade"
    )
