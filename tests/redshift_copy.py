"""Takes what taps loaded into Postgres over into a Redshift, by S3 and COPY."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.conftest import Row
    from tests.redshift_cluster import Redshift

RAW_SCHEMAS = ["raw_clevertap", "raw_facebook", "raw_googleads", "raw_shop", "secrets"]
_TYPES = {
    "text": "varchar(65535)",
    "jsonb": "super",
    "numeric": "numeric(38, 9)",
    "timestamp with time zone": "timestamptz",
}
_NULL = "no-value"  # unquoted; whatever is a value is quoted


@dataclass(frozen=True)
class RawTable:
    """A table that taps loaded, its columns with their types on Redshift."""

    schema: str
    name: str
    columns: Sequence[tuple[str, str]]

    @property
    def name_in_sql(self) -> str:
        """Schema and name, quoted."""
        return f'"{self.schema}"."{self.name}"'

    @property
    def creation(self) -> str:
        """The statement that makes it on Redshift."""
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in self.columns)
        return f"create table {self.name_in_sql} ({columns})"


def copy_raw(postgres_url: str, redshift: Redshift) -> int:
    """Make each raw table of a Postgres anew on Redshift; the number of rows that went over."""
    role = redshift.iam_role if redshift.iam_role == "default" else f"'{redshift.iam_role}'"
    rows = 0
    with (
        psycopg.connect(postgres_url) as source,
        redshift.connect() as target,
        target.cursor() as cursor,
    ):
        for schema in RAW_SCHEMAS:
            cursor.execute(f"create schema if not exists {schema}")
        for table in _raw_tables(source):
            copied = b"".join(_as_csv(source, table))
            cursor.execute(f"drop table if exists {table.name_in_sql}")
            cursor.execute(table.creation)
            if copied:
                url = redshift.put_file(f"raw/{table.schema}/{table.name}.csv", copied)
                cursor.execute(
                    f"copy {table.name_in_sql} from '{url}'"
                    f" iam_role {role} region '{redshift.region}' csv null as '{_NULL}'"
                    " timeformat 'auto' dateformat 'auto' compupdate off statupdate off"
                )
            cursor.execute(f"select count(*) from {table.name_in_sql}")  # noqa: S608 (our own)
            (count,) = cursor.fetchone() or [0]
            rows += count
    return rows


def _raw_tables(source: psycopg.Connection) -> Iterator[RawTable]:
    found = source.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_schema = any(%s) order by table_schema, table_name, ordinal_position",
        [RAW_SCHEMAS],
    ).fetchall()
    columns: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, type_ in found:
        columns.setdefault((str(schema), str(table)), []).append(
            (str(column), _TYPES.get(str(type_), str(type_)))
        )
    for (schema, table), of_table in columns.items():
        yield RawTable(schema, table, of_table)


def _as_csv(source: psycopg.Connection, table: RawTable) -> Iterator[bytes]:
    statement = sql.SQL(
        "copy {} to stdout with (format csv, null {}, force_quote *, encoding 'utf8')"
    ).format(sql.Identifier(table.schema, table.name), sql.Literal(_NULL))
    with source.cursor().copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def comparable(row: Row) -> str:
    """A row as text that is the same from both drivers: decimals without trailing zeros."""
    return repr(
        tuple(
            format(value.normalize(), "f") if isinstance(value, Decimal) else value for value in row
        )
    )
