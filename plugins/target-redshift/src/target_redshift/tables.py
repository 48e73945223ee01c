"""Tables of a Postgres warehouse: which column holds which property, and how it comes to be."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from target_redshift.errors import WarehouseError, printable
from target_redshift.metadata import METADATA_NAMES, Metadata
from target_redshift.names import conform, distinct, with_suffix
from target_redshift.rows import Layout
from target_redshift.schema import REJECTED, Kind, Property, StreamSchema

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
_REJECTS_COMMENT = "Invalid records of Singer stream: "
# People may write above it.
_OWNER = re.compile(rf"^(?:{_STREAM_COMMENT}|{_REJECTS_COMMENT}).*\Z", re.MULTILINE | re.DOTALL)
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
_NUMBERED = re.compile(r"_\d+\Z")
_log = logging.getLogger("target-redshift")


@dataclass
class Column:
    """A column that is there.

    Attributes:
        name: Its name.
        type: Its type.
        comment: What is written on it.
        source: The property that it was made for; None for metadata, or if that is not known.
    """

    name: str
    type: str
    comment: str | None
    source: str | None


@dataclass
class Table:
    """A stream's table, and where its properties go.

    Attributes:
        schema: The database schema.
        name: The table's name.
        columns: What is there, by name.
        targets: The column of each property and metadata column of the current layout.
        vacant: Whether somebody else made it, and put nothing into it.
    """

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    targets: dict[Property, str] = field(default_factory=dict)
    vacant: bool = False

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
        raise WarehouseError(
            f'"{schema}.{table.name}", where stream "{layout.schema.stream}" belongs, is no table: '
            "rename it, or the stream by stream_maps (__alias__)."
        )
    _claim(cursor, table, layout.schema, comment)
    table.columns = _read_columns(cursor, table)
    _fit_columns(cursor, table, layout)
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


def _claim(cursor: psycopg.Cursor, table: Table, schema: StreamSchema, comment: str | None) -> None:
    """Write on the table whose it is, below what people wrote there.

    Raises:
        WarehouseError: It belongs to somebody else.
    """
    if comment == BOOKMARKS_COMMENT:
        raise WarehouseError(
            f'The stream "{schema.stream}" would have the table "{table.schema}.{table.name}", in '
            "which bookmarks are kept: rename it by stream_maps (__alias__)."
        )
    owner = _STREAM_COMMENT + schema.stream
    if schema.rejects:
        owner = _REJECTS_COMMENT + schema.stream.removesuffix(REJECTED)
    found = _OWNER.search(comment or "")
    table.vacant = not found and _is_empty(cursor, table)
    if found and found[0] != owner:
        raise WarehouseError(
            f"The streams {_tell_owner(found[0])} and {_tell_owner(owner)} would share the table "
            f'"{table.schema}.{table.name}": rename one by stream_maps (__alias__), or give it '
            "another default_target_schema."
        )
    if not found:
        text = f"{comment}\n\n{owner}" if comment else owner
        cursor.execute(
            sql.SQL("comment on table {} is {}").format(table.identifier, sql.Literal(text))
        )


def _is_empty(cursor: psycopg.Cursor, table: Table) -> bool:
    cursor.execute(sql.SQL("select 1 from {} limit 1").format(table.identifier))
    return cursor.fetchone() is None


def _tell_owner(owner: str) -> str:
    if owner.startswith(_REJECTS_COMMENT):
        return f'"{owner.removeprefix(_REJECTS_COMMENT)}" (its invalid records)'
    return f'"{owner.removeprefix(_STREAM_COMMENT)}"'


def _read_columns(cursor: psycopg.Cursor, table: Table) -> dict[str, Column]:
    cursor.execute(
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)"
        " from pg_attribute where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass"
        " and attnum > 0 and not attisdropped order by attnum",
        (table.schema, table.name),
    )
    return {
        name: Column(name, kind, comment, comment if _is_source(comment, name) else None)
        for name, kind, comment in cursor.fetchall()
    }


def _is_source(comment: str | None, column: str) -> bool:
    """Whether a comment is the name of the property that the column was made for.

    If it is none, a person wrote it.
    """
    if not comment:
        return False
    conformed = conform(comment)
    numbered = _NUMBERED.search(column)
    return column in {
        with_suffix(with_suffix(conformed, kind), number)
        for kind in ("", *(f"__{each.value}" for each in Kind))
        for number in ("", numbered[0] if numbered else "")
    }


def _fit_columns(cursor: psycopg.Cursor, table: Table, layout: Layout) -> None:
    missing: list[Column] = []
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
    comments = [each for each in table.columns.values() if each.source and not each.comment]
    if comments:
        cursor.execute(
            sql.SQL("; ").join(
                sql.SQL("comment on column {} is {}").format(
                    sql.Identifier(table.schema, table.name, each.name),
                    sql.Literal(each.source),
                )
                for each in comments
            )
        )


def _fit_metadata(table: Table, metadata: Metadata, missing: list[Column]) -> None:
    name, wanted = metadata.name, TYPES[metadata.kind]
    column = table.columns.get(name)
    if column is None:
        _add(table, Column(name, wanted, None, None), missing)
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
    owned = _owned(table, declared)
    column = next((each for each in owned if _takes(each, declared.kind)), None)
    if column is None:
        column = next((each for each in owned if _widen(cursor, table, each, declared.kind)), None)
    if column is None and table.vacant:
        # dbt makes what it misses, by the types of another variant of the tap perhaps.
        column = next((each for each in owned if _retype(cursor, table, each, declared.kind)), None)
    if column is None and owned and declared.name in key:
        raise WarehouseError(
            f'The key property "{declared.name}" is {owned[0].type} in '
            f'"{table.schema}.{table.name}" and {TYPES[declared.kind]} in the stream now: beside '
            "each other its rows would stand twice. If it only has to be widened, drop the views "
            "that read the column; else drop the table and load the stream anew."
        )
    if column is None:
        column = _add_column(table, declared, missing, beside=owned)
    # A column that somebody else made is this property's from now on.
    column.source = declared.name
    table.targets[declared] = column.name


def _owned(table: Table, declared: Property) -> list[Column]:
    """The columns that may be a property's: those made for it, then one that has its name."""
    used = {*table.targets.values(), *METADATA_NAMES}
    free = [each for each in table.columns.values() if each.name not in used]
    suffixed = with_suffix(conform(declared.name), f"__{declared.kind.value}")
    return [
        *(each for each in free if each.source == declared.name),
        *(
            each
            for each in free
            if not each.source and each.name in (conform(declared.name), suffixed)
        ),
    ]


def _add_column(
    table: Table, declared: Property, missing: list[Column], *, beside: Sequence[Column]
) -> Column:
    name = conform(declared.name)
    if beside:
        name = with_suffix(name, f"__{declared.kind.value}")
    name = distinct(name, {*table.columns, *METADATA_NAMES})
    if beside:
        _log.warning(
            'Property "%s" of "%s.%s" is %s now, and its column "%s" is %s: it goes into the new '
            'column "%s" beside it.',
            printable(declared.name),
            table.schema,
            table.name,
            TYPES[declared.kind],
            beside[0].name,
            beside[0].type,
            name,
        )
    return _add(table, Column(name, TYPES[declared.kind], None, declared.name), missing)


def _takes(column: Column, kind: Kind) -> bool:
    return column.type == TYPES[kind] or (
        kind is Kind.INTEGER and column.type == TYPES[Kind.NUMBER]
    )


def _widen(cursor: psycopg.Cursor, table: Table, column: Column, kind: Kind) -> bool:
    """Give a column the wider type of a kind; False if that may lose something, or views forbid."""
    if kind is Kind.INTEGER and column.type.startswith(TYPES[Kind.NUMBER]):
        kind = Kind.NUMBER
    wider = _WIDENED.get(kind)
    if wider is None or not wider.fullmatch(column.type):
        return False
    # By way of text, as a cast would round to 15 digits.
    exact = "::text" if re.fullmatch(_INEXACT, column.type) else ""
    return _alter(cursor, table, column, kind, sql.Identifier(column.name) + sql.SQL(exact))


def _retype(cursor: psycopg.Cursor, table: Table, column: Column, kind: Kind) -> bool:
    """Give a column that holds nothing another type; False if views forbid."""
    return _alter(cursor, table, column, kind, sql.SQL("null"))


def _alter(
    cursor: psycopg.Cursor, table: Table, column: Column, kind: Kind, value: sql.Composable
) -> bool:
    try:
        with cursor.connection.transaction():
            cursor.execute(
                sql.SQL("alter table {} alter column {} type {} using ({})::{}").format(
                    table.identifier,
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


def _add(table: Table, column: Column, missing: list[Column]) -> Column:
    table.columns[column.name] = column
    missing.append(column)
    return column
