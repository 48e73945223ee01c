"""Tables of a Postgres warehouse: which column holds which property, and how it comes to be."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from target_redshift.errors import WarehouseError
from target_redshift.metadata import METADATA_NAMES, Metadata
from target_redshift.names import conform, distinct, with_suffix
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
BOOKMARKS_TABLE = "_sdc_bookmarks"
BOOKMARKS_COMMENT = "Bookmarks that were committed with their rows: leave it as it is"
_STREAM_COMMENT = "Singer stream: "
_log = logging.getLogger("target-redshift")


@dataclass
class Column:
    """A column that is there.

    Attributes:
        name: Its name.
        type: Its type.
        source: The property that it was made for, from its comment; None for metadata.
    """

    name: str
    type: str
    source: str | None


@dataclass
class Table:
    """A stream's table, and where its properties go.

    Attributes:
        schema: The database schema.
        name: The table's name.
        columns: What is there, by name.
        targets: The column of each property and metadata column of the current layout.
    """

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    targets: dict[Property, str] = field(default_factory=dict)

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
    stream = layout.schema.stream
    table = Table(schema, conform(stream))
    _create_schema(cursor, schema)
    cursor.execute(
        "select obj_description(c.oid, 'pg_class') from pg_class c"
        " where c.relnamespace = to_regnamespace(quote_ident(%s)) and c.relname = %s",
        (schema, table.name),
    )
    found = cursor.fetchone()
    if found is None:
        cursor.execute(sql.SQL("create table {} ()").format(table.identifier))
        _claim(cursor, table, stream)
    else:
        _check_owner(table, stream, found[0])
        if found[0] is None:
            _claim(cursor, table, stream)
        table.columns = _read_columns(cursor, table)
    _fit_columns(cursor, table, layout)
    return table


def fit_key(cursor: psycopg.Cursor, table: Table, stream: str, key: Sequence[Property]) -> None:
    """Give the table its unique index on the key, or take away one that is no longer true.

    Raises:
        WarehouseError: Rows of the table repeat the key.
    """
    name = with_suffix(table.name, "__key")
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


def _check_owner(table: Table, stream: str, comment: str | None) -> None:
    if comment == BOOKMARKS_COMMENT:
        raise WarehouseError(
            f'The stream "{stream}" would have the table "{table.schema}.{table.name}", in which '
            "bookmarks are kept: rename it by stream_maps (__alias__)."
        )
    owner = (comment or "").removeprefix(_STREAM_COMMENT)
    if comment and comment.startswith(_STREAM_COMMENT) and owner != stream:
        raise WarehouseError(
            f'The streams "{owner}" and "{stream}" would share the table '
            f'"{table.schema}.{table.name}": rename one by stream_maps (__alias__), or give it '
            "another default_target_schema."
        )


def _read_columns(cursor: psycopg.Cursor, table: Table) -> dict[str, Column]:
    cursor.execute(
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)"
        " from pg_attribute where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass"
        " and attnum > 0 and not attisdropped order by attnum",
        (table.schema, table.name),
    )
    return {row[0]: Column(*row) for row in cursor.fetchall()}


def _fit_columns(cursor: psycopg.Cursor, table: Table, layout: Layout) -> None:
    missing: list[Column] = []
    unnamed = {name for name, column in table.columns.items() if not column.source}
    # The schema's order decides who gets which name, and the order of new columns.
    for declared in layout.schema.properties:
        if declared in layout.columns:
            _fit_property(cursor, table, declared, missing, key=layout.schema.key)
    for column in layout.columns:
        if isinstance(column, Metadata):
            _fit_metadata(table, column, missing)
    if missing:
        additions = sql.SQL(", ").join(
            sql.SQL("add column {} ").format(sql.Identifier(each.name)) + sql.SQL(each.type)
            for each in missing
        )
        cursor.execute(sql.SQL("alter table {} ").format(table.identifier) + additions)
    unnamed.update(each.name for each in missing)
    sources = [each for each in table.columns.values() if each.name in unnamed and each.source]
    if sources:
        cursor.execute(
            sql.SQL("; ").join(
                sql.SQL("comment on column {} is {}").format(
                    sql.Identifier(table.schema, table.name, each.name),
                    sql.Literal(each.source),
                )
                for each in sources
            )
        )


def _fit_metadata(table: Table, metadata: Metadata, missing: list[Column]) -> None:
    name, wanted = metadata.name, TYPES[metadata.kind]
    column = table.columns.get(name)
    if column is None:
        _add(table, Column(name, wanted, None), missing)
    elif column.type != wanted:
        raise WarehouseError(
            f'Column "{name}" of table "{table.schema}.{table.name}" is {column.type}, not '
            f"{wanted}: another loader made it, so choose another default_target_schema."
        )
    table.targets[metadata] = name


def _fit_property(
    cursor: psycopg.Cursor,
    table: Table,
    declared: Property,
    missing: list[Column],
    *,
    key: Sequence[str],
) -> None:
    conformed = conform(declared.name)
    used = {*table.targets.values(), *METADATA_NAMES}
    owned = [
        column
        for column in table.columns.values()
        if column.name not in used
        and (column.source == declared.name or (not column.source and column.name == conformed))
    ]
    column = next((each for each in owned if _takes(each, declared.kind)), None)
    if column is None and declared.kind is Kind.NUMBER:
        column = next((each for each in owned if _widen(cursor, table, each)), None)
    if column is None and owned and declared.name in key:
        raise WarehouseError(
            f'The key property "{declared.name}" is {owned[0].type} in '
            f'"{table.schema}.{table.name}" and {TYPES[declared.kind]} in the stream now: beside '
            "each other its rows would stand twice. If it only has to be widened, drop the views "
            "that read the column; else drop the table and load the stream anew."
        )
    if column is None:
        name = with_suffix(conformed, f"__{declared.kind.value}") if owned else conformed
        name = distinct(name, {*table.columns, *METADATA_NAMES})
        column = _add(table, Column(name, TYPES[declared.kind], declared.name), missing)
    # A column that somebody else made is this property's from now on.
    column.source = declared.name
    table.targets[declared] = column.name


def _takes(column: Column, kind: Kind) -> bool:
    return column.type == TYPES[kind] or (
        kind is Kind.INTEGER and column.type == TYPES[Kind.NUMBER]
    )


def _widen(cursor: psycopg.Cursor, table: Table, column: Column) -> bool:
    """Make a bigint column numeric; False if it is no bigint, or a view stands on it."""
    if column.type != TYPES[Kind.INTEGER]:
        return False
    try:
        with cursor.connection.transaction():
            cursor.execute(
                sql.SQL("alter table {} alter column {} type numeric").format(
                    table.identifier, sql.Identifier(column.name)
                )
            )
    except psycopg.errors.FeatureNotSupported:
        _log.warning(
            'Column "%s" of "%s.%s" cannot become numeric, as a view reads it: '
            "a new column stands beside it.",
            column.name,
            table.schema,
            table.name,
        )
        return False
    column.type = TYPES[Kind.NUMBER]
    return True


def _add(table: Table, column: Column, missing: list[Column]) -> Column:
    table.columns[column.name] = column
    missing.append(column)
    return column


def _claim(cursor: psycopg.Cursor, table: Table, stream: str) -> None:
    cursor.execute(
        sql.SQL("comment on table {} is {}").format(
            table.identifier, sql.Literal(_STREAM_COMMENT + stream)
        )
    )
