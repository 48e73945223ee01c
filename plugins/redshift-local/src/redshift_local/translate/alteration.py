"""ALTER TABLE, one action at a time, as Redshift takes it.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redshift_local.errors import Refused
from redshift_local.translate.generation import quote, quote_name
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.reader import Reader, qualified
from redshift_local.translate.tables import default_value
from redshift_local.translate.types import column_type

if TYPE_CHECKING:
    from collections.abc import Callable


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


def _rename(reader: Reader, table: str) -> Plan:
    return _forward(table, f"RENAME TO {reader.name()}")


def _rename_column(reader: Reader, table: str) -> Plan:
    old = reader.name()
    reader.expects("TO")
    return _forward(table, f"RENAME COLUMN {old} TO {reader.name()}")


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
        elif not reader.accepts("NULL"):
            raise reader.unexpected()
    return _forward(table, f"ADD COLUMN {' '.join(parts)}")


def _drop_column(reader: Reader, table: str) -> Plan:
    name = reader.name()
    behaviour = reader.one_of("CASCADE", "RESTRICT")
    return _forward(table, f"DROP COLUMN {name}{f' {behaviour}' if behaviour else ''}")


def _alter_column(reader: Reader, table: str) -> Plan:
    name = reader.bare_name()
    reader.expects("TYPE")
    kind = column_type(reader)
    if not kind.startswith("varchar"):
        raise Refused(
            f"ALTER COLUMN TYPE {kind.upper()}",
            f'ALTER COLUMN TYPE is for VARCHAR only: target data type "{kind}" is not supported',
        )
    # Redshift refuses it inside of a transaction block
    size = kind.removeprefix("varchar(").removesuffix(")")
    relation = f"{quote(table)}::regclass"
    # one transaction, which sees what happened while it waited for the table's lock
    statement = (
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
        f"SELECT redshift.resize_varchar({relation}, {quote(name)}, {size})"
    )
    return Steps((statement,), "ALTER TABLE", outside_transaction=True)


_ACTIONS: tuple[tuple[tuple[str, ...], Callable[[Reader, str], Plan]], ...] = (
    (("RENAME", "TO"), _rename),
    (("RENAME", "COLUMN"), _rename_column),
    (("ADD", "COLUMN"), _add_column),
    (("DROP", "COLUMN"), _drop_column),
    (("ALTER", "COLUMN"), _alter_column),
)
