"""Tables of a Redshift warehouse: its types, its catalog and its statements.

The catalog is read from `pg_class`, `pg_attribute` and `pg_description`, which every user may read
on the leader node. No PRIMARY KEY is declared: Redshift does not enforce one but its planner trusts
it, an append-only or other loader may break it, and a column of it can be no longer ALTERed. See
https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redshift_connector.cursor import Cursor
from redshift_connector.error import Error, ProgrammingError

from target_redshift.errors import WarehouseError, printable
from target_redshift.fitting import (
    Column,
    FittedTable,
    Fitter,
    claim,
    read_column,
    refuse_no_table,
)
from target_redshift.names import conform, distinct, with_suffix
from target_redshift.redshift_limits import MAX_DIGITS, MAX_TEXT_BYTES, scale_of
from target_redshift.redshift_sql import identifier, literal
from target_redshift.rows import Layout
from target_redshift.schema import Kind, Property
from target_redshift.settings import Settings, TableOptions

# Each as format_type spells it; of text and numbers see `type_of`.
_TYPES = {
    Kind.INTEGER: "bigint",
    Kind.BOOLEAN: "boolean",
    Kind.INSTANT: "timestamp with time zone",
    Kind.DATE: "date",
    Kind.TIME: "time without time zone",
    Kind.JSON: "super",
}
_TEXT = re.compile(r"character varying\((\d+)\)")
_NUMBER = re.compile(r"numeric\((\d+),(\d+)\)")
_INTEGERS = ("smallint", "integer", "bigint")
_BIGINT_DIGITS = 19
# Bytes of a text column whose schema tells no length, and what it grows by: a few steps, because
# each is a statement of its own, and not the largest at once, because queries reserve the width.
_DEFAULT_BYTES, _GROWTH = 1024, 4
_BYTES_PER_CHARACTER = 4
# Somebody else made the same schema, table or column a moment ago.
_MADE_MEANWHILE = ("42P06", "42P07", "42701", "23505")
_ATTEMPTS = 5
# Where a type cannot be altered, or a column not be replaced: encodings, keys and defaults of
# others (0A000), sort and distribution keys, also those that Redshift chose itself (XX000,
# https://github.com/estuary/connectors/issues/4893), views (2BP01), values that do not fit (22003).
_REFUSALS = ("0A000", "XX000", "2BP01", "22003", "42P16")
_log = logging.getLogger("target-redshift")


@dataclass
class RedshiftTable(FittedTable):
    """A stream's table."""

    @property
    def identifier(self) -> str:
        """The table, as SQL names it."""
        return identifier(self.schema, self.name)

    def list_columns(self, properties: Iterable[Property]) -> str:
        """The columns of properties, as SQL lists them."""
        return ", ".join(identifier(self.targets[each]) for each in properties)


def fit_table(cursor: Cursor, settings: Settings, layout: Layout) -> RedshiftTable:
    """Create the table of a layout's stream, or add what it lacks.

    It may be done by two loaders at once, and again after an error.

    Args:
        cursor: Of a connection that commits each statement; transactions are begun and ended here.
        settings: Say the schema, which is created as well, and the table's keys.
        layout: What the table has to take.

    Raises:
        WarehouseError: Another stream has the table, or a column has a type that does not serve.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _fit_table(cursor, settings, layout)
        except ProgrammingError as error:
            if sqlstate(error) not in _MADE_MEANWHILE:
                raise
    return _fit_table(cursor, settings, layout)


def grow_columns(cursor: Cursor, table: RedshiftTable, lengths: Mapping[Property, int]) -> None:
    """Make text columns take values of so many bytes (at most 65,535).

    Redshift alters a width outside of transactions only. Of two loaders that do it at once the
    later one might take back what the earlier one gave; it cannot once longer values are in the
    table, and until then who needs more finds out by reading the width again.

    Args:
        cursor: As of `fit_table`.
        table: The table; its targets change where a column cannot grow.
        lengths: The most bytes of each property.
    """
    if all((_target_width(table, each) or 0) >= needed for each, needed in lengths.items()):
        return
    there = _read_columns(cursor, table)
    for declared, needed in lengths.items():
        column = table.columns[table.targets[declared]]
        column.type = there[column.name].type
        while (width := _width(column)) is not None and width < needed:
            if not _alter_width(cursor, table, column, _grown(width, needed)):
                _put_beside(cursor, table, declared, column)
                break


def are_wide_enough(cursor: Cursor, table: RedshiftTable, lengths: Mapping[Property, int]) -> bool:
    """Whether all columns still take values of so many bytes: another loader may have altered them.

    Args:
        cursor: In a transaction that has read the table, so that nobody can alter it any more.
        table: The table.
        lengths: The most bytes of each property.
    """
    there = _read_columns(cursor, table)
    widths = {each: _width(there[table.targets[each]]) for each in lengths}
    return all((widths[each] or 0) >= needed for each, needed in lengths.items())


def narrowest_text(table: RedshiftTable, layout: Layout) -> int:
    """The bytes that every text column of a layout takes."""
    widths = (_target_width(table, each) for each in layout.columns if each.kind is Kind.TEXT)
    return min((width for width in widths if width is not None), default=MAX_TEXT_BYTES)


def sqlstate(error: Error) -> str:
    """The SQLSTATE of an error that the server sent; empty for others."""
    told = error.args[0] if error.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _fit_table(cursor: Cursor, settings: Settings, layout: Layout) -> RedshiftTable:
    stream = layout.schema.stream
    table = RedshiftTable(settings.schema, conform(stream))
    _check_key(layout)
    kind, comment = _find(cursor, table)
    if kind is None:
        _create_schema(cursor, table.schema)
    elif kind != "r":
        raise refuse_no_table(table, stream)
    text = claim(table, layout.schema, comment)
    if kind is not None:
        table.vacant = text is not None and is_empty(cursor, table)
        table.columns = _read_columns(cursor, table)
    options = settings.table_options.get(stream, TableOptions())
    fitter = _RedshiftFitter(cursor, table, layout, None if kind else options)
    if text is not None:
        fitter.last.append(f"comment on table {table.identifier} is {literal(text)}")
    fitter.fit()
    fitter.finish()
    return table


def _check_key(layout: Layout) -> None:
    """Refuse a key that Redshift does not compare by value, as it does not compare objects.

    Raises:
        WarehouseError: A part of the key is SUPER.
    """
    for each in layout.schema.properties:
        if each.kind is Kind.JSON and each.name in layout.schema.key:
            raise WarehouseError(
                f'The key property "{each.name}" of stream "{layout.schema.stream}" is an object, '
                "an array or of several types: Redshift cannot tell such keys apart. Make it a "
                "text by stream_maps."
            )


def _find(cursor: Cursor, table: RedshiftTable) -> tuple[str | None, str | None]:
    """What kind of relation has a table's name, and the comment on it."""
    cursor.execute(
        "select c.relkind, d.description from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " left join pg_description d on d.objoid = c.oid and d.objsubid = 0"
        " where n.nspname = %s and c.relname = %s",
        (table.schema, table.name),
    )
    row = cursor.fetchone()
    return (None, None) if row is None else (_text(row[0]), row[1])


def _create_schema(cursor: Cursor, schema: str) -> None:
    """Create a schema unless it is there: who may only use it need not be allowed to create one."""
    cursor.execute("select 1 from pg_namespace where nspname = %s", (schema,))
    if cursor.fetchone() is None:
        cursor.execute(f"create schema if not exists {identifier(schema)}")


def is_empty(cursor: Cursor, table: RedshiftTable) -> bool:
    """Whether a table has no row."""
    cursor.execute(f"select 1 from {table.identifier} limit 1")  # noqa: S608 - quoted names
    return cursor.fetchone() is None


def _read_columns(cursor: Cursor, table: RedshiftTable) -> dict[str, Column]:
    cursor.execute(
        "select a.attname, format_type(a.atttypid, a.atttypmod), d.description"
        " from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " join pg_namespace n on n.oid = c.relnamespace"
        " left join pg_description d on d.objoid = a.attrelid and d.objsubid = a.attnum"
        " where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped"
        " order by a.attnum",
        (table.schema, table.name),
    )
    found = [(_text(name), _text(kind), comment) for name, kind, comment in cursor.fetchall()]
    return {name: read_column(name, kind, comment) for name, kind, comment in found}


def _text(value: object) -> str:
    """A value of the type "char" or name, which the connector may give as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _width(column: Column) -> int | None:
    """The bytes that a text column takes."""
    found = _TEXT.fullmatch(column.type)
    return int(found[1]) if found else None


def _target_width(table: RedshiftTable, declared: Property) -> int | None:
    return _width(table.columns[table.targets[declared]])


def _grown(width: int, needed: int) -> int:
    while width < needed:
        width *= _GROWTH
    return min(width, MAX_TEXT_BYTES)


def _alter_width(cursor: Cursor, table: RedshiftTable, column: Column, width: int) -> bool:
    """Alter a column's width, or learn what somebody else made it; False if it is refused."""
    try:
        cursor.execute(
            f"alter table {table.identifier} alter column {identifier(column.name)}"
            f" type varchar({width})"
        )
    except ProgrammingError as error:
        if sqlstate(error) not in (*_REFUSALS, "22001"):
            raise
        before = column.type
        column.type = _read_columns(cursor, table)[column.name].type
        return column.type != before
    column.type = _read_columns(cursor, table)[column.name].type
    return True


def _put_beside(cursor: Cursor, table: RedshiftTable, declared: Property, column: Column) -> None:
    """Let a property go into a column as wide as there is, beside one that cannot grow."""
    widest = f"character varying({MAX_TEXT_BYTES})"
    others = [
        each
        for each in table.columns.values()
        if each.source == declared.name and each.type == widest
    ]
    if not others:
        name = with_suffix(conform(declared.name), f"__{declared.kind.value}")
        other = Column(distinct(name, table.columns), widest, declared.name, declared.name)
        place = identifier(table.schema, table.name, other.name)
        run_together(
            cursor,
            [
                f"alter table {table.identifier} add column {identifier(other.name)} {widest}",
                f"comment on column {place} is {literal(declared.name)}",
            ],
        )
        table.columns[other.name] = other
        others = [other]
    _log.warning(
        'Column "%s" of "%s.%s" cannot become wider than %s, as Redshift alters no column that is '
        'a key, has a default or is encoded by a dictionary: property "%s" goes into the column '
        '"%s".',
        *(column.name, table.schema, table.name, column.type),
        printable(declared.name),
        others[0].name,
    )
    table.targets[declared] = others[0].name


def run_together(cursor: Cursor, statements: Sequence[str]) -> None:
    """Run statements in one transaction, as each commit takes its turn in the whole cluster."""
    cursor.execute("begin")
    try:
        for each in statements:
            cursor.execute(each)
    except Error:
        cursor.execute("rollback")
        raise
    cursor.execute("commit")


class _RedshiftFitter(Fitter):
    """Fits a table.

    Attributes:
        last: Statements that `finish` runs in one transaction.
    """

    def __init__(
        self,
        cursor: Cursor,
        table: RedshiftTable,
        layout: Layout,
        creation: TableOptions | None,
    ) -> None:
        """Make a fitter.

        Args:
            cursor: As of `fit_table`.
            table: The table.
            layout: What it has to take.
            creation: How to lay the table out, if it is to be created.
        """
        super().__init__(table, layout)
        self.last: list[str] = []
        self._cursor = cursor
        self._identifier = table.identifier
        self._creation = creation

    def finish(self) -> None:
        """Create the table, or add to it what is missing."""
        if self.last:
            run_together(self._cursor, self.last)

    def type_of(self, declared: Property) -> str:
        if declared.kind is Kind.TEXT:
            characters = declared.length or _DEFAULT_BYTES // _BYTES_PER_CHARACTER
            return f"character varying({min(characters * _BYTES_PER_CHARACTER, MAX_TEXT_BYTES)})"
        if declared.kind is Kind.NUMBER:
            return f"numeric({MAX_DIGITS},{scale_of(declared)})"
        return _TYPES[declared.kind]

    def takes(self, column: Column, declared: Property) -> bool:
        number = _NUMBER.fullmatch(column.type)
        if declared.kind is Kind.TEXT:
            return _TEXT.fullmatch(column.type) is not None
        if number and declared.kind is Kind.INTEGER:
            return int(number[1]) - int(number[2]) >= _BIGINT_DIGITS
        if number and declared.kind is Kind.NUMBER:
            # Of columns with fewer digits before the point the larger scale is what was asked for.
            return int(number[1]) == MAX_DIGITS and int(number[2]) >= scale_of(declared)
        return column.type == self.type_of(declared)

    def widen(self, column: Column, declared: Property) -> bool:
        number = _NUMBER.fullmatch(column.type)
        if declared.kind is Kind.INTEGER and column.type in _INTEGERS:
            return self._replace(column, self.type_of(declared), identifier(column.name))
        if declared.kind in (Kind.NUMBER, Kind.INTEGER) and (number or column.type in _INTEGERS):
            scale = scale_of(declared) if declared.kind is Kind.NUMBER else 0
            scale = max(scale, int(number[2]) if number else 0)
            return self._replace(column, f"numeric({MAX_DIGITS},{scale})", identifier(column.name))
        return False

    def retype(self, column: Column, declared: Property) -> bool:
        return self._replace(column, self.type_of(declared), None)

    def add_columns(self, columns: Sequence[Column]) -> None:
        spelled = [f"{identifier(each.name)} {each.type}" for each in columns]
        if self._creation is not None:
            attributes = self._attributes(self._creation)
            created = f"create table {self._identifier} ({', '.join(spelled)}){attributes}"
            self.last.insert(0, created)
            return
        # Redshift adds one column by a statement.
        self.last += [f"alter table {self._identifier} add column {each}" for each in spelled]

    def comment_columns(self, columns: Sequence[Column]) -> None:
        for each in columns:
            self.last.append(self._comment(each.name, each.source or ""))

    def _comment(self, column: str, text: str) -> str:
        place = identifier(self.table.schema, self.table.name, column)
        return f"comment on column {place} is {literal(text)}"

    def _replace(self, column: Column, kind: str, value: str | None) -> bool:
        """Put a column of another type in a column's place; False if Redshift refuses it.

        Redshift alters no type but the width of a VARCHAR. The new column is the table's last one,
        which disturbs nobody who names columns.
        """
        name = identifier(column.name)
        passing = identifier(distinct("_sdc_passing", self.table.columns))
        alter = f"alter table {self._identifier}"
        statements = [f"{alter} add column {passing} {kind}"]
        if value is not None:
            statements.append(f"update {self._identifier} set {passing} = {value}")  # noqa: S608 - quoted
        statements += [
            f"{alter} drop column {name}",
            f"{alter} rename column {passing} to {name}",
        ]
        if column.comment:
            statements.append(self._comment(column.name, column.comment))
        try:
            run_together(self._cursor, statements)
        except ProgrammingError as error:
            if sqlstate(error) not in _REFUSALS:
                raise
            return False
        column.type = kind
        return True

    def _attributes(self, options: TableOptions) -> str:
        """How the new table is laid out; without a word Redshift chooses, and changes its mind."""
        spelled = ""
        if options.dist_key:
            spelled += f" diststyle key distkey ({self._key_column(options.dist_key)})"
        elif options.dist_style:
            spelled += f" diststyle {options.dist_style.lower()}"
        if options.sort_keys:
            keys = ", ".join(self._key_column(each) for each in options.sort_keys)
            spelled += f" compound sortkey ({keys})"
        return spelled

    def _key_column(self, name: str) -> str:
        """The column of a property that a setting names.

        Raises:
            WarehouseError: There is none, or it can be no key.
        """
        for each, column in self.table.targets.items():
            if name in (each.name, column):
                if each.kind is not Kind.JSON:
                    return identifier(column)
                raise WarehouseError(
                    f'The setting table_options of stream "{self._layout.schema.stream}" names '
                    f'"{name}", which is SUPER: Redshift distributes and sorts by no such column.'
                )
        raise WarehouseError(
            f'The setting table_options of stream "{self._layout.schema.stream}" names "{name}", '
            "which its schema does not have."
        )
