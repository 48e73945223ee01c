"""Connections of redshift_connector to the server of the test session."""

from collections.abc import Iterator
from typing import Any

import pytest
import redshift_connector
from server_running import Connect

from redshift_local.simulated import SimulatedRedshift


@pytest.fixture
def connect(redshift_server: SimulatedRedshift, redshift_database: str) -> Iterator[Connect]:
    """Opens connections of redshift_connector to a fresh database."""
    opened = []

    def connecting(**words: Any) -> Any:  # noqa: ANN401 - it is not typed
        given: dict[str, Any] = {
            "host": redshift_server.host,
            "port": redshift_server.port,
            "user": redshift_server.user,
            "password": redshift_server.password,
            "database": redshift_database,
            "ssl": False,
        }
        opened.append(redshift_connector.connect(**(given | words)))
        return opened[-1]

    yield connecting
    for connection in opened:
        connection.close()
