"""What a load knows of its session, and the journal that outlives the session's rollback."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Protocol

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True)
class LoadError:
    """A line that could not be loaded: a row of STL_LOAD_ERRORS and SYS_LOAD_ERROR_DETAIL.

    Attributes:
        file_name: URL of the file.
        line_number: Line in the file, from 1; of JSON the object's last one.
        column_name: Column at fault; empty when the line as a whole is.
        column_type: Its type (`int4`, `varchar`), as these tables name it.
        column_length: Declared length, where there is one.
        position: Offset of the error in the field.
        error_code: AWS's number ("Load error reference").
        error_message: Reason, in Redshift's words.
        raw_line: The line.
        raw_field_value: The field before it was converted.
    """

    file_name: str
    line_number: int
    column_name: str
    column_type: str
    column_length: str
    position: int
    error_code: int
    error_message: str
    raw_line: str
    raw_field_value: str


@dataclass(frozen=True)
class LoadRecord:
    """A COPY that ended: a row of SYS_LOAD_HISTORY.

    Attributes:
        status: `completed` or `aborted`.
        duration: Microseconds.
        loaded_bytes: Bytes of the files as they lie on S3.
    """

    status: str
    table_name: str
    start_time: datetime
    end_time: datetime
    duration: int
    data_source: str
    file_format: str
    loaded_rows: int
    loaded_bytes: int
    source_file_count: int
    source_file_bytes: int
    file_count_scanned: int
    file_bytes_scanned: int
    error_count: int
    error_message: str


@dataclass(frozen=True)
class LoadPlace:
    """Whose load it is: the columns that errors and history have in common."""

    user_id: int
    query_id: int
    transaction_id: int
    session_id: int
    database_name: str


class Journal(Protocol):
    """Where errors and history are written."""

    def errors(
        self, place: LoadPlace, table_id: int, at: datetime, errors: list[LoadError]
    ) -> None:
        """Keep the errors of a load."""

    def history(self, place: LoadPlace, record: LoadRecord) -> None:
        """Keep that a load ended."""


@dataclass(frozen=True)
class Context:
    """The session in which COPY or UNLOAD runs.

    Attributes:
        session_id: Its process id.
        query_id: Number of this statement.
        database: Name of its database.
        journal: Where to write errors and history.
        endpoint_url: S3's endpoint; none is Amazon's.
        region: The cluster's region, which REGION overrides.
        keep_case: `enable_case_sensitive_identifier`.
        translate: Makes an engine statement of UNLOAD's select; raises Refused.
        user_id: The user's number in pg_user.
        transaction_id: Number of the transaction, where it is known.
        slices: Into how many files UNLOAD writes in parallel.
        role_keys: Key and secret that any role gives; none asks boto3's own chain.
    """

    session_id: int
    query_id: int
    database: str
    journal: Journal
    endpoint_url: str | None = None
    region: str = field(default_factory=lambda: os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
    keep_case: bool = False
    translate: Callable[[str], str] = str
    user_id: int = 100
    transaction_id: int = 0
    slices: int = 2
    role_keys: tuple[str, str] | None = None

    @property
    def place(self) -> LoadPlace:
        """The columns common to what is written about this load."""
        return LoadPlace(
            self.user_id, self.query_id, self.transaction_id, self.session_id, self.database
        )


class PostgresJournal:
    """Writes to `redshift.load_errors` and `redshift.load_history` over its own connection.

    Args:
        url: Connection string of the database, with the right to write these tables.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def errors(
        self, place: LoadPlace, table_id: int, at: datetime, errors: list[LoadError]
    ) -> None:
        """Keep the errors of a load."""
        common = {**vars(place), "table_id": table_id, "start_time": at}
        self._insert("load_errors", [{**common, **_limited(error)} for error in errors])

    def history(self, place: LoadPlace, record: LoadRecord) -> None:
        """Keep that a load ended."""
        self._insert("load_history", [{**vars(place), **vars(record)}])

    def _insert(self, table: str, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier("redshift", table),
            sql.SQL(", ").join(map(sql.Identifier, rows[0])),
            sql.SQL(", ").join(map(sql.Placeholder, rows[0])),
        )
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            cursor.executemany(statement, rows)


# The widths of STL_LOAD_ERRORS; a longer text is cut there too.
_MULTIBYTE = re.compile(r"[^\x00-\x7f]")
_WIDTHS = {
    "file_name": 256,
    "column_name": 127,
    "column_type": 10,
    "column_length": 10,
    "raw_line": 1024,
    "raw_field_value": 1024,
    "error_message": 512,
}


def _limited(error: LoadError) -> dict[str, object]:
    values = {f.name: getattr(error, f.name) for f in fields(error)}
    for name, width in _WIDTHS.items():
        # NUL is no character to Postgres, and what is no UTF-8 came as lone surrogates
        text = values[name].encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
        values[name] = text[:width]
    # AWS on STL_LOAD_ERRORS: a period stands for each character of several bytes
    values["raw_line"] = _MULTIBYTE.sub(".", values["raw_line"])
    return values
