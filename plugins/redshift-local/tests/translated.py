"""Runs Redshift's statements as a session would: translated, on the engine."""

import psycopg
import pytest

from redshift_local.errors import Refused
from redshift_local.translate import Forward, Options, Steps, split, translate

Row = tuple[object, ...]


class Translated:
    """Calls run statements and give the last one's rows."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.options = Options()

    def __call__(self, sql: str) -> list[Row]:
        rows: list[Row] = []
        for statement in split(sql):
            rows = self._carry_out(statement)
        return rows

    def names(self, sql: str) -> list[str]:
        """The names of a query's columns."""
        plan = translate(sql, self.options)
        assert isinstance(plan, Forward)
        cursor = self.connection.execute(plan.sql.encode())
        return [column.name for column in cursor.description or ()]

    def refuses(self, sql: str, options: Options | None = None) -> Refused:
        """What a statement is refused with, before the engine sees it."""
        with pytest.raises(Refused) as raised:
            translate(sql, options or self.options)
        return raised.value

    def fails(self, sql: str) -> psycopg.Error:
        """What the engine says of a statement; the transaction goes on."""
        with pytest.raises(psycopg.Error) as raised, self.connection.transaction():
            self(sql)
        return raised.value

    def _carry_out(self, statement: str) -> list[Row]:
        plan = translate(statement, self.options)
        if isinstance(plan, Forward):
            cursor = self.connection.execute(plan.sql.encode())
            return cursor.fetchall() if cursor.description else []
        assert isinstance(plan, Steps), "COPY and UNLOAD are not the engine's"
        for step in plan.statements:
            self.connection.execute(step.encode())
        return []
