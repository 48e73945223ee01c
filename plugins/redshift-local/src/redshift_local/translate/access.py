"""Users, groups, roles and what they may do. They are the engine's roles.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
"""

from __future__ import annotations

from typing import Final

from redshift_local.translate.parameters import parameter_name, parameter_value
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.reader import Reader

_ON_TABLES: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "TRUNCATE")
_ON_OTHERS: Final = ("USAGE", "CREATE", "TEMPORARY", "TEMP")


def grant(sql: str, options: Options) -> Plan:
    """GRANT of privileges, or of a role."""
    reader = Reader(sql, options)
    reader.expects("GRANT")
    what = _role(reader) or _privileges(reader)
    reader.expects("TO")
    grantees = _grantees(reader)
    reader.expects_end()
    return Forward(f"GRANT {what} TO {grantees}")


def revoke(sql: str, options: Options) -> Plan:
    """REVOKE of privileges, or of a role."""
    reader = Reader(sql, options)
    reader.expects("REVOKE")
    what = _role(reader) or _privileges(reader)
    reader.expects("FROM")
    grantees = _grantees(reader)
    reader.expects_end()
    return Forward(f"REVOKE {what} FROM {grantees}")


def _role(reader: Reader) -> str:
    """`ROLE r, ...` as what is granted, or nothing."""
    return _names(reader) if reader.accepts("ROLE") else ""


def _privileges(reader: Reader) -> str:
    privileges = _privilege_list(reader)
    reader.expects("ON")
    if reader.accepts("ALL", "TABLES", "IN", "SCHEMA"):
        return f"{privileges} ON ALL TABLES IN SCHEMA {_schemas(reader)}"
    if reader.accepts("SCHEMA"):
        return f"{privileges} ON SCHEMA {_schemas(reader)}"
    if reader.accepts("DATABASE"):
        return f"{privileges} ON DATABASE {_names(reader)}"
    reader.accepts("TABLE")
    tables = [reader.qualified()]
    while reader.accepts(","):
        tables.append(reader.qualified())
    return f"{privileges} ON TABLE {', '.join(tables)}"


def _privilege_list(reader: Reader) -> str:
    if reader.accepts("ALL"):
        reader.accepts("PRIVILEGES")
        return "ALL PRIVILEGES"
    found = []
    while True:
        privilege = reader.one_of(*_ON_TABLES, *_ON_OTHERS)
        if privilege is None:
            raise reader.unexpected()
        found.append(privilege)
        if not reader.accepts(","):
            return ", ".join(found)


def _grantees(reader: Reader) -> str:
    found = []
    while True:
        if reader.accepts("PUBLIC"):
            found.append("PUBLIC")
        else:
            _ = reader.accepts("GROUP") or reader.accepts("ROLE") or reader.accepts("USER")
            found.append(reader.name())
        if not reader.accepts(","):
            return ", ".join(found)


def _names(reader: Reader) -> str:
    found = [reader.name()]
    while reader.accepts(","):
        found.append(reader.name())
    return ", ".join(found)


def _schemas(reader: Reader) -> str:
    found = [reader.schema()]
    while reader.accepts(","):
        found.append(reader.schema())
    return ", ".join(found)


def create_user(sql: str, options: Options) -> Plan:
    """CREATE USER ... PASSWORD ... [CREATEUSER] [IN GROUP ...]; CREATEUSER makes a superuser."""
    reader = Reader(sql, options)
    reader.expects("CREATE", "USER")
    name = reader.name()
    reader.accepts("WITH")
    reader.expects("PASSWORD")
    password = "NULL" if reader.accepts("DISABLE") else reader.literal()
    rights = " SUPERUSER" if reader.accepts("CREATEUSER") else ""
    groups = _names(reader) if reader.accepts("IN", "GROUP") else ""
    reader.expects_end()
    made = f"CREATE ROLE {name} LOGIN PASSWORD {password}{rights}"
    joined = (f"GRANT {groups} TO {name}",) if groups else ()
    return Steps((made, *joined), "CREATE USER")


def alter_user(sql: str, options: Options) -> Plan:
    """ALTER USER ... SET: what counts from the next login on."""
    reader = Reader(sql, options)
    reader.expects("ALTER", "USER")
    name = reader.name()
    reader.expects("SET")
    parameter = parameter_name(reader)
    _ = reader.accepts("TO") or reader.accepts("=")
    value = parameter_value(reader)
    reader.expects_end()
    return Steps((f"ALTER ROLE {name} SET {parameter} TO {value}",), "ALTER USER")


def create_group(sql: str, options: Options) -> Plan:
    """CREATE GROUP, CREATE ROLE."""
    reader = Reader(sql, options)
    reader.expects("CREATE")
    kind = reader.one_of("GROUP", "ROLE")
    if kind is None:
        raise reader.unexpected()
    name = reader.name()
    reader.expects_end()
    made = (f"CREATE ROLE {name} NOLOGIN", f"COMMENT ON ROLE {name} IS '{kind.lower()}'")
    return Steps(made, f"CREATE {kind}")


def drop_principal(sql: str, options: Options) -> Plan:
    """DROP USER, GROUP or ROLE."""
    reader = Reader(sql, options)
    reader.expects("DROP")
    kind = reader.one_of("USER", "GROUP", "ROLE")
    if kind is None:
        raise reader.unexpected()
    conditional = " IF EXISTS" if reader.accepts("IF", "EXISTS") else ""
    names = _names(reader)
    reader.expects_end()
    return Steps((f"DROP ROLE{conditional} {names}",), f"DROP {kind}")
