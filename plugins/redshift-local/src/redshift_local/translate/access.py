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
# What a user is told that has no meaning here: name of the option, number of words after it.
_IGNORED: Final = {
    ("SYSLOG", "ACCESS"): 1,
    ("VALID", "UNTIL"): 1,
    ("CONNECTION", "LIMIT"): 1,
    ("SESSION", "TIMEOUT"): 1,
    ("EXTERNALID",): 1,
}
_RIGHTS: Final = {
    "CREATEDB": "CREATEDB",
    "NOCREATEDB": "NOCREATEDB",
    "CREATEUSER": "SUPERUSER CREATEROLE",
    "NOCREATEUSER": "NOSUPERUSER NOCREATEROLE",
}


def grant(sql: str, options: Options) -> Plan:
    """GRANT of privileges, or of a role."""
    reader = Reader(sql, options)
    reader.expects("GRANT")
    what = _role(reader) or _privileges(reader)
    reader.expects("TO")
    grantees = _grantees(reader)
    option = " WITH GRANT OPTION" if reader.accepts("WITH", "GRANT", "OPTION") else ""
    reader.expects_end()
    return Forward(f"GRANT {what} TO {grantees}{option}")


def revoke(sql: str, options: Options) -> Plan:
    """REVOKE of privileges, or of a role."""
    reader = Reader(sql, options)
    reader.expects("REVOKE")
    option = "GRANT OPTION FOR " if reader.accepts("GRANT", "OPTION", "FOR") else ""
    what = _role(reader) or _privileges(reader)
    reader.expects("FROM")
    grantees = _grantees(reader)
    behaviour = reader.one_of("CASCADE", "RESTRICT")
    reader.expects_end()
    return Forward(f"REVOKE {option}{what} FROM {grantees}{f' {behaviour}' if behaviour else ''}")


def alter_default_privileges(sql: str, options: Options) -> Plan:
    """ALTER DEFAULT PRIVILEGES ... GRANT or REVOKE ... ON TABLES."""
    reader = Reader(sql, options)
    reader.expects("ALTER", "DEFAULT", "PRIVILEGES")
    head = "ALTER DEFAULT PRIVILEGES"
    if reader.accepts("FOR"):
        reader.expects("USER")
        head += f" FOR ROLE {_names(reader)}"
    if reader.accepts("IN", "SCHEMA"):
        head += f" IN SCHEMA {_names(reader)}"
    act = reader.one_of("GRANT", "REVOKE")
    if act is None:
        raise reader.unexpected()
    privileges = _privilege_list(reader)
    reader.expects("ON", "TABLES")
    reader.expects("TO" if act == "GRANT" else "FROM")
    direction = "TO" if act == "GRANT" else "FROM"
    grantees = _grantees(reader)
    reader.expects_end()
    return Forward(f"{head} {act} {privileges} ON TABLES {direction} {grantees}")


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
    """CREATE USER."""
    reader = Reader(sql, options)
    reader.expects("CREATE", "USER")
    name = reader.name()
    reader.accepts("WITH")
    groups: list[str] = []
    told = [*_user_options(reader, groups)]
    made = f"CREATE ROLE {' '.join([name, 'LOGIN', *told])}"
    joined = tuple(f"GRANT {group} TO {name}" for group in groups)
    return Steps((made, *joined), "CREATE USER")


def alter_user(sql: str, options: Options) -> Plan:
    """ALTER USER: its options, its name, its settings (which count from the next login on)."""
    reader = Reader(sql, options)
    reader.expects("ALTER", "USER")
    name = reader.name()
    if reader.accepts("RENAME", "TO"):
        action = f"RENAME TO {reader.name()}"
    elif reader.accepts("SET"):
        parameter = parameter_name(reader)
        _ = reader.accepts("TO") or reader.accepts("=")
        action = f"SET {parameter} TO {parameter_value(reader)}"
    elif reader.accepts("RESET"):
        action = f"RESET {parameter_name(reader)}"
    else:
        reader.accepts("WITH")
        action = " ".join(_user_options(reader, []))
    reader.expects_end()
    return Steps((f"ALTER ROLE {name} {action}",), "ALTER USER")


def _user_options(reader: Reader, groups: list[str]) -> list[str]:
    told = []
    while not reader.ends():
        if reader.accepts("PASSWORD"):
            disabled = reader.accepts("DISABLE")
            told.append(f"PASSWORD {'NULL' if disabled else reader.literal()}")
        elif right := reader.one_of(*_RIGHTS):
            told.append(_RIGHTS[right])
        elif reader.accepts("IN", "GROUP"):
            groups += _names(reader).split(", ")
        else:
            _ignore_option(reader)
    return told


def _ignore_option(reader: Reader) -> None:
    for words, count in _IGNORED.items():
        if reader.accepts(*words):
            for _ in range(count):
                reader.take()
            return
    raise reader.unexpected()


def create_group(sql: str, options: Options) -> Plan:
    """CREATE GROUP ... [WITH USER ...], CREATE ROLE."""
    reader = Reader(sql, options)
    reader.expects("CREATE")
    kind = reader.one_of("GROUP", "ROLE")
    if kind is None:
        raise reader.unexpected()
    name = reader.name()
    members: list[str] = []
    if kind == "GROUP" and not reader.ends():
        reader.accepts("WITH")
        reader.expects("USER")
        members = _names(reader).split(", ")
    reader.expects_end()
    joined = tuple(f"GRANT {name} TO {member}" for member in members)
    made = (f"CREATE ROLE {name} NOLOGIN", f"COMMENT ON ROLE {name} IS '{kind.lower()}'")
    return Steps((*made, *joined), f"CREATE {kind}")


def alter_group(sql: str, options: Options) -> Plan:
    """ALTER GROUP ... ADD or DROP USER."""
    reader = Reader(sql, options)
    reader.expects("ALTER", "GROUP")
    name = reader.name()
    act = reader.one_of("ADD", "DROP")
    if act is None:
        raise reader.unexpected()
    reader.expects("USER")
    members = _names(reader)
    reader.expects_end()
    verb, direction = ("GRANT", "TO") if act == "ADD" else ("REVOKE", "FROM")
    return Steps((f"{verb} {name} {direction} {members}",), "ALTER GROUP")


def drop_principal(sql: str, options: Options) -> Plan:
    """DROP USER, GROUP or ROLE."""
    reader = Reader(sql, options)
    reader.expects("DROP")
    kind = reader.one_of("USER", "GROUP", "ROLE")
    if kind is None:
        raise reader.unexpected()
    conditional = " IF EXISTS" if reader.accepts("IF", "EXISTS") else ""
    names = _names(reader)
    reader.one_of("FORCE", "RESTRICT")
    reader.expects_end()
    return Steps((f"DROP ROLE{conditional} {names}",), f"DROP {kind}")
