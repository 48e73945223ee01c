"""Databases, schemas, views, and what is said of whole tables: DROP, TRUNCATE, VACUUM, COMMENT."""

from __future__ import annotations

from typing import Final

from redshift_local.engine import template_name
from redshift_local.errors import Refused
from redshift_local.translate.generation import quote_name
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.query import query_sql
from redshift_local.translate.reader import Reader, qualified

_WITH_NO_SCHEMA_BINDING: Final = ("WITH", "NO", "SCHEMA", "BINDING")
_VACUUMS: Final = (("FULL",), ("SORT", "ONLY"), ("DELETE", "ONLY"), ("REINDEX",), ("RECLUSTER",))
_KEPT_DATABASES: Final = frozenset({"dev", "padb_harvest", "template0", "template1"})


def create_view(sql: str, options: Options) -> Plan:
    """The engine's CREATE VIEW; a late-binding view is an ordinary one."""
    reader = Reader(sql, options)
    reader.expects("CREATE")
    replace = " OR REPLACE" if reader.accepts("OR", "REPLACE") else ""
    reader.expects("VIEW")
    view = qualified(reader.path())
    names = reader.names_in_parentheses() if reader.sees("(") else []
    columns = f" ({', '.join(map(quote_name, names))})" if names else ""
    reader.expects("AS")
    query = reader.until((_WITH_NO_SCHEMA_BINDING,))
    reader.accepts(*_WITH_NO_SCHEMA_BINDING)
    reader.expects_end()
    return Forward(f"CREATE{replace} VIEW {view}{columns} AS {query_sql(query, options)}")


def create_database(sql: str, options: Options) -> Plan:
    """CREATE DATABASE, without options."""
    reader = Reader(sql, options)
    reader.expects("CREATE", "DATABASE")
    name = reader.name()
    reader.expects_end()
    made = f"CREATE DATABASE {name} TEMPLATE {quote_name(template_name())}"
    return Steps((made,), "CREATE DATABASE", outside_transaction=True)


def drop_database(sql: str, options: Options) -> Plan:
    """DROP DATABASE [FORCE], which ends the sessions that are in it.

    https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_DATABASE.html
    """
    reader = Reader(sql, options)
    reader.expects("DROP", "DATABASE")
    name = reader.bare_name()
    force = " WITH (FORCE)" if reader.accepts("FORCE") else ""
    reader.expects_end()
    if name in _KEPT_DATABASES:
        raise Refused("DROP DATABASE", f"the database {name} cannot be dropped", sqlstate="42501")
    dropped = f"DROP DATABASE {quote_name(name)}{force}"
    return Steps((dropped,), "DROP DATABASE", outside_transaction=True)


def create_schema(sql: str, options: Options) -> Plan:
    """The engine's CREATE SCHEMA."""
    reader = Reader(sql, options)
    reader.expects("CREATE", "SCHEMA")
    conditional = " IF NOT EXISTS" if reader.accepts("IF", "NOT", "EXISTS") else ""
    name = reader.schema()
    reader.expects_end()
    return Forward(f"CREATE SCHEMA{conditional} {name}")


def drop(sql: str, options: Options) -> Plan:
    """DROP TABLE, VIEW or SCHEMA."""
    reader = Reader(sql, options)
    reader.expects("DROP")
    kind = reader.one_of("TABLE", "VIEW", "SCHEMA")
    if kind is None:
        raise reader.unexpected()
    conditional = " IF EXISTS" if reader.accepts("IF", "EXISTS") else ""
    names = [reader.schema() if kind == "SCHEMA" else reader.qualified()]
    while reader.accepts(","):
        names.append(reader.schema() if kind == "SCHEMA" else reader.qualified())
    behaviour = reader.one_of("CASCADE", "RESTRICT")
    reader.expects_end()
    tail = f" {behaviour}" if behaviour else ""
    return Forward(f"DROP {kind}{conditional} {', '.join(names)}{tail}")


def truncate(sql: str, options: Options) -> Plan:
    """TRUNCATE, which commits the transaction that it is in.

    https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
    """
    reader = Reader(sql, options)
    reader.expects("TRUNCATE")
    reader.accepts("TABLE")
    table = reader.qualified()
    reader.expects_end()
    return Steps((f"TRUNCATE TABLE {table}",), "TRUNCATE TABLE", commits=True)


def vacuum(sql: str, options: Options) -> Plan:
    """VACUUM of a table; of all tables it is nothing, since what it does is not seen."""
    reader = Reader(sql, options)
    reader.expects("VACUUM")
    any(reader.accepts(*words) for words in _VACUUMS)
    statements = () if reader.ends() else (f"VACUUM {reader.qualified()}",)
    reader.expects_end()
    return Steps(statements, "VACUUM", outside_transaction=True)


def analyze(sql: str, options: Options) -> Plan:
    """ANALYZE of a table (or of some of its columns), or of the whole database."""
    reader = Reader(sql, options)
    reader.expects("ANALYZE")
    if reader.sees("COMPRESSION"):
        raise Refused("ANALYZE COMPRESSION")
    statements: tuple[str, ...] = ()
    if not reader.ends():
        table = reader.qualified()
        names = reader.names_in_parentheses() if reader.sees("(") else []
        columns = f" ({', '.join(map(quote_name, names))})" if names else ""
        statements = (f"ANALYZE {table}{columns}",)
    reader.accepts("PREDICATE", "COLUMNS")
    reader.expects_end()
    return Steps(statements, "ANALYZE")


def lock(sql: str, options: Options) -> Plan:
    """LOCK, which keeps out everyone, readers too.

    https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
    """
    reader = Reader(sql, options)
    reader.expects("LOCK")
    reader.accepts("TABLE")
    tables = [reader.qualified()]
    while reader.accepts(","):
        tables.append(reader.qualified())
    reader.expects_end()
    return Forward(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")


def comment(sql: str, options: Options) -> Plan:
    """COMMENT ON TABLE, VIEW or COLUMN."""
    reader = Reader(sql, options)
    reader.expects("COMMENT", "ON")
    kind = reader.one_of("TABLE", "VIEW", "COLUMN")
    if kind is None:
        raise reader.unexpected()
    name = reader.qualified()
    reader.expects("IS")
    value = "NULL" if reader.accepts("NULL") else reader.literal()
    reader.expects_end()
    return Forward(f"COMMENT ON {kind} {name} IS {value}")
