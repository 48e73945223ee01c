"""A way to ask the engine for one value."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
import pytest


class Ask:
    """Calls give the one value of a select."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def __call__(self, query: LiteralString, parameters: Sequence[object] = ()) -> object:
        row = self.connection.execute(query, parameters or None).fetchone()
        assert row is not None
        value: object = row[0]
        return value

    def rows(self, query: LiteralString) -> list[tuple[object, ...]]:
        return self.connection.execute(query).fetchall()

    def run(self, *statements: LiteralString) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def fails(self, statement: LiteralString) -> psycopg.Error:
        """What a statement fails with; the transaction goes on."""
        with pytest.raises(psycopg.Error) as raised, self.connection.transaction():
            self.connection.execute(statement)
        return raised.value
