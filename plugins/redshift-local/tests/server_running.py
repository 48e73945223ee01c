"""Statements over redshift_connector."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

Connect = Callable[..., Any]


def rows(connection: Any, sql: str, *values: object) -> list[tuple[object, ...]]:  # noqa: ANN401 - likewise
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values or None)
        return [tuple(row) for row in cursor.fetchall()]


def run(connection: Any, sql: str, *values: object) -> None:  # noqa: ANN401 - likewise
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values or None)
