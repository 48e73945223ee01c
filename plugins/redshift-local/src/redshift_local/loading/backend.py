"""What loading needs of a session's connection to the engine."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class EngineError(Exception):
    """The engine refused a statement or its data.

    Attributes:
        sqlstate: Postgres' five characters.
        message: What it said.
        detail: More of it, if there was more.
        where: The place in the data, if there was one ("COPY t, line 3, column c: ...").
    """

    def __init__(
        self,
        *,
        sqlstate: str,
        message: str,
        detail: str | None = None,
        where: str | None = None,
    ) -> None:
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.where = where
        super().__init__(message)


class Backend(Protocol):
    """A connection to the engine, by text."""

    def query(self, sql: str) -> list[tuple[str | None, ...]]:
        """Run statements; gives the rows of their results."""

    def copy_in(self, sql: str, chunks: Iterable[bytes]) -> int:
        """Run COPY ... FROM STDIN on these bytes; gives the number of rows."""

    def copy_out(self, sql: str) -> Iterator[bytes]:
        """Run COPY ... TO STDOUT; gives its rows."""
