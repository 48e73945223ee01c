"""Translated statements on an engine."""

from collections.abc import Iterator
from secrets import token_hex

import psycopg
import pytest
from translated import Translated

from postgres_local import PostgresServer
from redshift_local.engine import create_database

_SETTINGS = "-c standard_conforming_strings=off -c escape_string_warning=off -c timezone=UTC"


@pytest.fixture(scope="session")
def translation_database(postgres_server: PostgresServer) -> str:
    """URL of a database with the engine in it, for tests that leave nothing behind."""
    name = f"translate_{token_hex(4)}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as admin:
        create_database(admin, name)
    return postgres_server.url(name)


@pytest.fixture
def run(translation_database: str) -> Iterator[Translated]:
    """Runs statements within one transaction, which is taken back."""
    with psycopg.connect(translation_database, options=_SETTINGS) as connection:
        yield Translated(connection)
        connection.rollback()
