"""CREATE TABLE and CREATE TABLE AS: what only a cluster can do is noted, not done.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from redshift_local.errors import Refused
from redshift_local.translate.generation import quote, quote_name
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.query import expression_sql, query_sql
from redshift_local.translate.reader import Reader, qualified
from redshift_local.translate.types import column_type

if TYPE_CHECKING:
    from collections.abc import Sequence

# What may follow the expression of a DEFAULT.
_AFTER_DEFAULT: Final = (
    (",",),
    ("NOT", "NULL"),
    ("NULL",),
    ("ENCODE",),
    ("DISTKEY",),
    ("SORTKEY",),
    ("PRIMARY",),
    ("UNIQUE",),
    ("REFERENCES",),
)


@dataclass
class Attributes:
    """How a cluster would keep a table; None where the statement does not say."""

    diststyle: str | None = None
    distkey: str | None = None
    sortstyle: str | None = None
    sortkeys: list[str] | None = None

    def note(self, table: str) -> str | None:
        """The engine's statement that notes them for SVV_TABLE_INFO, or None for nothing said."""
        if self == Attributes():
            return None
        keys = "null" if self.sortkeys is None else _text_array(self.sortkeys)
        texts = (
            "null" if text is None else quote(text)
            for text in (self.diststyle, self.distkey, self.sortstyle)
        )
        diststyle, distkey, sortstyle = texts
        return (
            f"SELECT redshift.set_table_attributes({quote(table)}::regclass, "
            f"{diststyle}, {distkey}, {sortstyle}, {keys})"
        )


@dataclass
class _Table:
    columns: list[tuple[str, str]] = field(default_factory=list)
    """Name ("" for LIKE) and definition for the engine."""
    primary_key: list[str] = field(default_factory=list)
    attributes: Attributes = field(default_factory=Attributes)


def create_table(sql: str, options: Options) -> Plan:
    """The engine's CREATE TABLE, with a note of the attributes."""
    reader = Reader(sql, options)
    reader.expects("CREATE")
    temporary = reader.one_of("TEMPORARY", "TEMP") is not None
    reader.expects("TABLE")
    conditional = " IF NOT EXISTS" if reader.accepts("IF", "NOT", "EXISTS") else ""
    name = qualified(reader.path())
    head = f"CREATE {'TEMPORARY ' if temporary else ''}TABLE{conditional} {name}"
    table = _Table()
    _read_body(reader, table)
    _read_attributes(reader, table.attributes)
    if reader.accepts("AS"):
        if table.columns:
            raise reader.unexpected()
        body = f" AS {query_sql(reader.rest(), options)}"
    elif table.columns:
        body = f" ({', '.join(_with_keys_not_null(table))})"
    else:
        raise reader.unexpected()
    reader.expects_end()
    note = table.attributes.note(name)
    if note is None:
        return Forward(head + body)
    return Steps((head + body, note), "CREATE TABLE" if table.columns else "SELECT")


def _read_body(reader: Reader, table: _Table) -> None:
    """Reads `(...)`, when it comes."""
    if not reader.accepts("("):
        return
    _element(reader, table)
    while reader.accepts(","):
        _element(reader, table)
    reader.expects(")")


def _element(reader: Reader, table: _Table) -> None:
    if reader.accepts("LIKE"):
        # NOT NULL is taken over, defaults are not
        table.columns.append(("", f"LIKE {reader.qualified()}"))
    elif _is_table_constraint(reader):
        _table_constraint(reader, table)
    else:
        _column(reader, table)


def _is_table_constraint(reader: Reader) -> bool:
    return any(
        reader.sees(*words)
        for words in (("CONSTRAINT",), ("PRIMARY", "KEY"), ("UNIQUE", "("), ("FOREIGN", "KEY"))
    )


def _table_constraint(reader: Reader, table: _Table) -> None:
    """Keys are trusted, not enforced; only the NOT NULL of a primary key is."""
    if reader.accepts("CONSTRAINT"):
        reader.bare_name()
    if reader.accepts("PRIMARY", "KEY"):
        table.primary_key += reader.names_in_parentheses()
    elif reader.accepts("UNIQUE"):
        reader.names_in_parentheses()
    else:
        reader.expects("FOREIGN", "KEY")
        reader.names_in_parentheses()
        reader.expects("REFERENCES")
        _reference(reader)


def _reference(reader: Reader) -> None:
    reader.path()
    if reader.sees("("):
        reader.names_in_parentheses()


def _column(reader: Reader, table: _Table) -> None:
    name = reader.bare_name()
    parts = [quote_name(name), column_type(reader)]
    while not (reader.sees(",") or reader.sees(")")):
        parts += _column_attribute(reader, name, table)
    table.columns.append((name, " ".join(parts)))


def _column_attribute(reader: Reader, name: str, table: _Table) -> list[str]:
    if reader.accepts("NOT", "NULL"):
        return ["NOT NULL"]
    if reader.accepts("DEFAULT"):
        return [f"DEFAULT {default_value(reader)}"]
    if reader.accepts("ENCODE"):
        reader.bare_name()
    elif reader.accepts("DISTKEY"):
        table.attributes.diststyle, table.attributes.distkey = "KEY", name
    elif reader.accepts("SORTKEY"):
        table.attributes.sortstyle, table.attributes.sortkeys = "COMPOUND", [name]
    elif reader.accepts("PRIMARY", "KEY"):
        table.primary_key.append(name)
    elif reader.accepts("REFERENCES"):
        _reference(reader)
    elif not (reader.accepts("UNIQUE") or reader.accepts("NULL")):
        raise reader.unexpected()
    return []


def default_value(reader: Reader) -> str:
    """The expression after DEFAULT, for the engine."""
    return expression_sql(reader.until(_AFTER_DEFAULT), reader.options)


def _read_attributes(reader: Reader, attributes: Attributes) -> None:
    """Reads what stands after the columns: BACKUP, DISTSTYLE, DISTKEY, SORTKEY."""
    while not reader.ends() and not reader.sees("AS"):
        if reader.accepts("BACKUP"):
            if reader.one_of("YES", "NO") is None:
                raise reader.unexpected()
        elif not _reads_distribution(reader, attributes):
            _read_sort_key(reader, attributes)


def _reads_distribution(reader: Reader, attributes: Attributes) -> bool:
    """Reads DISTSTYLE or DISTKEY, when it comes."""
    if reader.accepts("DISTSTYLE"):
        style = reader.one_of("AUTO", "EVEN", "KEY", "ALL")
        if style is None:
            raise reader.unexpected()
        attributes.diststyle = style
        return True
    if not reader.accepts("DISTKEY"):
        return False
    keys = reader.names_in_parentheses()
    if len(keys) > 1:
        raise Refused("DISTKEY of several columns", "a table has one DISTKEY column at most")
    attributes.diststyle, attributes.distkey = "KEY", keys[0]
    return True


def _read_sort_key(reader: Reader, attributes: Attributes) -> None:
    """Reads `[COMPOUND | INTERLEAVED] SORTKEY (...)`."""
    attributes.sortstyle = reader.one_of("COMPOUND", "INTERLEAVED") or "COMPOUND"
    reader.expects("SORTKEY")
    attributes.sortkeys = reader.names_in_parentheses()


def _with_keys_not_null(table: _Table) -> list[str]:
    return [
        f"{column} NOT NULL" if name in table.primary_key and "NOT NULL" not in column else column
        for name, column in table.columns
    ]


def _text_array(texts: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(quote, texts))}]::text[]"
