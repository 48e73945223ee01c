from collections.abc import Iterator
from secrets import token_hex

import psycopg
import pytest
from engine_asking import Ask

from postgres_local import PostgresServer
from redshift_local.engine import create_database


@pytest.fixture(scope="session")
def engine_admin(postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """To the server's own database, to create others."""
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def engine_database(postgres_server: PostgresServer, engine_admin: psycopg.Connection) -> str:
    """URL of a database with the engine in it, for tests that leave nothing behind."""
    name = f"engine_{token_hex(4)}"
    create_database(engine_admin, name)
    return postgres_server.url(name)


@pytest.fixture
def ask(engine_database: str) -> Iterator[Ask]:
    """Asks the engine within one transaction, which is taken back."""
    with psycopg.connect(engine_database) as connection:
        yield Ask(connection)
        connection.rollback()
