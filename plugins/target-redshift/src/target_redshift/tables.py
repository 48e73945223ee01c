"""Tables of a Postgres warehouse: its types, its catalog and its statements."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from target_redshift.errors import WarehouseError
from target_redshift.fitting import (
    Column,
    FittedTable,
    Fitter,
    claim,
    read_column,
    refuse_no_table,
)
from target_redshift.names import conform, with_suffix
from target_redshift.rows import Layout
from target_redshift.schema import Kind, Property

# Each as pg_catalog.format_type spells it.
TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "numeric",
    Kind.BOOLEAN: "boolean",
    Kind.INSTANT: "timestamp with time zone",
    Kind.DATE: "date",
    Kind.TIME: "time without time zone",
    Kind.JSON: "jsonb",
}
_INTEGERS = r"smallint|integer|bigint"
_INEXACT = r"real|double precision"
# Columns that somebody else made, or an older schema, and that a wider type holds without loss.
_WIDENED = {
    Kind.TEXT: re.compile(r"character varying(\(\d+\))?"),
    Kind.INTEGER: re.compile(r"smallint|integer"),
    Kind.NUMBER: re.compile(rf"{_INTEGERS}|{_INEXACT}|numeric\(.*\)"),
    Kind.INSTANT: re.compile(r"timestamp\(\d\) with time zone"),
    Kind.TIME: re.compile(r"time\(\d\) without time zone"),
}


@dataclass
class Table(FittedTable):
    """A stream's table."""

    @property
    def identifier(self) -> sql.Identifier:
        """The table, as SQL names it."""
        return sql.Identifier(self.schema, self.name)

    def list_columns(self, properties: Iterable[Property]) -> sql.Composed:
        """The columns of properties, as SQL lists them."""
        return sql.SQL(", ").join(sql.Identifier(self.targets[each]) for each in properties)


def fit_table(cursor: psycopg.Cursor, schema: str, layout: Layout) -> Table:
    """Create the table of a layout's stream, or add what it lacks.

    Args:
        cursor: In a transaction that holds the schema's lock.
        schema: The database schema; it is created as well.
        layout: What the table has to take.

    Raises:
        WarehouseError: Another stream has the table, or a column has a type that does not serve.
    """
    table = Table(schema, conform(layout.schema.stream))
    _create_schema(cursor, schema)
    cursor.execute(
        "select c.relkind in ('r', 'p'), obj_description(c.oid, 'pg_class') from pg_class c"
        " where c.relnamespace = to_regnamespace(quote_ident(%s)) and c.relname = %s",
        (schema, table.name),
    )
    is_table, comment = cursor.fetchone() or (None, None)
    if is_table is None:
        cursor.execute(sql.SQL("create table {} ()").format(table.identifier))
    elif not is_table:
        raise refuse_no_table(table, layout.schema.stream)
    text = claim(table, layout.schema, comment)
    if text is not None:
        table.vacant = is_empty(cursor, table)
        cursor.execute(
            sql.SQL("comment on table {} is {}").format(table.identifier, sql.Literal(text))
        )
    table.columns = _read_columns(cursor, table)
    _PostgresFitter(cursor, table, layout).fit()
    return table


def fit_key(cursor: psycopg.Cursor, table: Table, stream: str, key: Sequence[Property]) -> None:
    """Give the table its unique index on the key, or take away one that is no longer true.

    Raises:
        WarehouseError: Rows of the table repeat the key.
    """
    # With a capital, which no table that this loader made has: the names are of one kind.
    name = with_suffix(table.name, "__Key")
    wanted = [table.targets[each] for each in key]
    cursor.execute(
        "select array_agg(a.attname::text order by a.attnum) from pg_class i"
        " join pg_attribute a on a.attrelid = i.oid"
        " where i.relnamespace = to_regnamespace(quote_ident(%s)) and i.relname = %s",
        (table.schema, name),
    )
    row = cursor.fetchone()
    there = (row[0] if row else None) or []
    if there == wanted:
        return
    index = sql.Identifier(table.schema, name)
    if there:
        cursor.execute(sql.SQL("drop index {}").format(index))
    if not wanted:
        return
    try:
        cursor.execute(
            sql.SQL("create unique index {} on {} ({})").format(
                sql.Identifier(name),
                table.identifier,
                sql.SQL(", ").join(map(sql.Identifier, wanted)),
            )
        )
    except psycopg.errors.UniqueViolation:
        raise WarehouseError(
            f'The key of stream "{stream}" is now ({", ".join(each.name for each in key)}), but '
            f'rows that are in "{table.schema}.{table.name}" already repeat it: load the stream '
            "anew, with load_method overwrite or into another schema."
        ) from None


def _create_schema(cursor: psycopg.Cursor, schema: str) -> None:
    cursor.execute("select to_regnamespace(quote_ident(%s)) is null", (schema,))
    row = cursor.fetchone()
    if row is not None and row[0]:
        cursor.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))


def is_empty(cursor: psycopg.Cursor, table: Table) -> bool:
    """Whether a table has no row."""
    cursor.execute(sql.SQL("select 1 from {} limit 1").format(table.identifier))
    return cursor.fetchone() is None


def _read_columns(cursor: psycopg.Cursor, table: Table) -> dict[str, Column]:
    cursor.execute(
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)"
        " from pg_attribute where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass"
        " and attnum > 0 and not attisdropped order by attnum",
        (table.schema, table.name),
    )
    return {name: read_column(name, kind, comment) for name, kind, comment in cursor.fetchall()}


class _PostgresFitter(Fitter):
    def __init__(self, cursor: psycopg.Cursor, table: Table, layout: Layout) -> None:
        super().__init__(table, layout)
        self._cursor = cursor
        self._identifier = table.identifier

    def type_of(self, declared: Property) -> str:
        return TYPES[declared.kind]

    def takes(self, column: Column, declared: Property) -> bool:
        return column.type == TYPES[declared.kind] or (
            declared.kind is Kind.INTEGER and column.type == TYPES[Kind.NUMBER]
        )

    def widen(self, column: Column, declared: Property) -> bool:
        kind = declared.kind
        if kind is Kind.INTEGER and column.type.startswith(TYPES[Kind.NUMBER]):
            kind = Kind.NUMBER
        wider = _WIDENED.get(kind)
        if wider is None or not wider.fullmatch(column.type):
            return False
        # By way of text, as a cast would round to 15 digits.
        exact = "::text" if re.fullmatch(_INEXACT, column.type) else ""
        return self._alter(column, kind, sql.Identifier(column.name) + sql.SQL(exact))

    def retype(self, column: Column, declared: Property) -> bool:
        return self._alter(column, declared.kind, sql.SQL("null"))

    def add_columns(self, columns: Sequence[Column]) -> None:
        additions = sql.SQL(", ").join(
            sql.SQL("add column {} ").format(sql.Identifier(each.name)) + sql.SQL(each.type)
            for each in columns
        )
        self._cursor.execute(sql.SQL("alter table {} ").format(self._identifier) + additions)

    def comment_columns(self, columns: Sequence[Column]) -> None:
        self._cursor.execute(
            sql.SQL("; ").join(
                sql.SQL("comment on column {} is {}").format(
                    sql.Identifier(self.table.schema, self.table.name, each.name),
                    sql.Literal(each.source),
                )
                for each in columns
            )
        )

    def _alter(self, column: Column, kind: Kind, value: sql.Composable) -> bool:
        try:
            with self._cursor.connection.transaction():
                self._cursor.execute(
                    sql.SQL("alter table {} alter column {} type {} using ({})::{}").format(
                        self._identifier,
                        sql.Identifier(column.name),
                        sql.SQL(TYPES[kind]),
                        value,
                        sql.SQL(TYPES[kind]),
                    )
                )
        except psycopg.errors.FeatureNotSupported:  # a view reads it
            return False
        column.type = TYPES[kind]
        return True
