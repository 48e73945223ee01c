"""ALTER TABLE, one action at a time, as Redshift takes it.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redshift_local.errors import Refused
from redshift_local.translate.generation import all_of, quote_name
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.reader import Reader, qualified
from redshift_local.translate.tables import (
    Attributes,
    default_value,
    read_distribution,
    read_sort_key,
)
from redshift_local.translate.types import column_type

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG = "ALTER TABLE"


def alter_table(sql: str, options: Options) -> Plan:
    """The engine's ALTER TABLE.

    Raises:
        Refused: The action is not known.
    """
    reader = Reader(sql, options)
    reader.expects("ALTER", "TABLE")
    table = qualified(reader.path())
    for words, read in _ACTIONS:
        if reader.accepts(*words):
            plan = read(reader, table)
            reader.expects_end()
            return plan
    raise reader.unexpected()


def _forward(table: str, action: str) -> Plan:
    return Forward(f"ALTER TABLE {table} {action}")


def _nothing(table: str) -> Plan:
    """What only a cluster can do; the table must be there all the same."""
    return Steps((all_of(table, " LIMIT 0"),), _TAG)


def _noted(table: str, attributes: Attributes) -> Plan:
    note = attributes.note(table)
    return Steps((note,) if note else (), _TAG)


def _rename(reader: Reader, table: str) -> Plan:
    return _forward(table, f"RENAME TO {reader.name()}")


def _rename_column(reader: Reader, table: str) -> Plan:
    old = reader.name()
    reader.expects("TO")
    return _forward(table, f"RENAME COLUMN {old} TO {reader.name()}")


def _owner(reader: Reader, table: str) -> Plan:
    return _forward(table, f"OWNER TO {reader.name()}")


def _schema(reader: Reader, table: str) -> Plan:
    return _forward(table, f"SET SCHEMA {reader.schema()}")


def _add_key(reader: Reader, table: str) -> Plan:
    """A key that is trusted and not enforced."""
    reader.rest()
    return _nothing(table)


def _drop_constraint(reader: Reader, table: str) -> Plan:
    reader.name()
    reader.one_of("CASCADE", "RESTRICT")
    return _nothing(table)


def _add_column(reader: Reader, table: str) -> Plan:
    name = reader.bare_name()
    parts = [quote_name(name), column_type(reader)]
    while not reader.ends():
        if reader.accepts("DEFAULT"):
            parts.append(f"DEFAULT {default_value(reader)}")
        elif reader.accepts("NOT", "NULL"):
            parts.append("NOT NULL")
        elif reader.accepts("ENCODE"):
            reader.bare_name()
        elif not (reader.accepts("NULL") or reader.accepts("COLLATE", "CASE_SENSITIVE")):
            raise reader.unexpected()
    return _forward(table, f"ADD COLUMN {' '.join(parts)}")


def _drop_column(reader: Reader, table: str) -> Plan:
    name = reader.name()
    behaviour = reader.one_of("CASCADE", "RESTRICT")
    return _forward(table, f"DROP COLUMN {name}{f' {behaviour}' if behaviour else ''}")


def _alter_column(reader: Reader, table: str) -> Plan:
    name = reader.name()
    if reader.accepts("ENCODE"):
        reader.bare_name()
        return _nothing(table)
    reader.expects("TYPE")
    kind = column_type(reader)
    if not kind.startswith("varchar"):
        raise Refused(
            f"ALTER COLUMN TYPE {kind.upper()}",
            f'ALTER COLUMN TYPE is for VARCHAR only: target data type "{kind}" is not supported',
        )
    # Redshift refuses it inside of a transaction block
    statement = f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind}"
    return Steps((statement,), _TAG, outside_transaction=True)


def _alter_distribution(reader: Reader, table: str) -> Plan:
    attributes = Attributes()
    # `ALTER DISTKEY c` and `ALTER DISTSTYLE KEY DISTKEY c`
    while not reader.ends():
        if not read_distribution(reader, attributes):
            raise reader.unexpected()
    return _noted(table, attributes)


def _alter_sort_key(reader: Reader, table: str) -> Plan:
    attributes = Attributes()
    if not read_sort_key(reader, attributes):
        raise reader.unexpected()
    return _noted(table, attributes)


def _alter_encode(reader: Reader, table: str) -> Plan:
    reader.expects("AUTO")
    return _nothing(table)


def _append(reader: Reader, table: str) -> Plan:
    """Moves all rows; like Redshift, it cannot be part of a transaction."""
    source = reader.qualified()
    statements = (f"INSERT INTO {table} {all_of(source)}", f"TRUNCATE TABLE {source}")
    return Steps(("; ".join(statements),), "ALTER TABLE APPEND", outside_transaction=True)


def _replaced(function: Callable[[Reader, str], Plan], back: int) -> Callable[[Reader, str], Plan]:
    """An action whose first `back` words belong to what it reads."""

    def act(reader: Reader, table: str) -> Plan:
        reader.at -= back
        return function(reader, table)

    return act


# In this order: the longer words first.
_ACTIONS: tuple[tuple[tuple[str, ...], Callable[[Reader, str], Plan]], ...] = (
    (("RENAME", "TO"), _rename),
    (("RENAME", "COLUMN"), _rename_column),
    (("OWNER", "TO"), _owner),
    (("SET", "SCHEMA"), _schema),
    (("ADD", "CONSTRAINT"), _add_key),
    (("ADD", "PRIMARY", "KEY"), _add_key),
    (("ADD", "UNIQUE"), _add_key),
    (("ADD", "FOREIGN", "KEY"), _add_key),
    (("ADD", "COLUMN"), _add_column),
    (("ADD",), _add_column),
    (("DROP", "CONSTRAINT"), _drop_constraint),
    (("DROP", "COLUMN"), _drop_column),
    (("DROP",), _drop_column),
    (("ALTER", "COLUMN"), _alter_column),
    (("ALTER", "DISTSTYLE"), _replaced(_alter_distribution, 1)),
    (("ALTER", "DISTKEY"), _replaced(_alter_distribution, 1)),
    (("ALTER", "COMPOUND"), _replaced(_alter_sort_key, 1)),
    (("ALTER", "SORTKEY"), _replaced(_alter_sort_key, 1)),
    (("ALTER", "ENCODE"), _alter_encode),
    (("APPEND", "FROM"), _append),
)
