"""Session parameters, transactions and SHOW.

A parameter that the engine has is set there; one that only Redshift has is kept under `redshift.`,
where the server finds those that change how a statement is read. Any other is refused.
https://docs.aws.amazon.com/redshift/latest/dg/t_Modifying_the_default_settings.html
"""

from __future__ import annotations

from typing import Final

from redshift_local.errors import Refused
from redshift_local.translate.generation import all_of, fold, quote, quote_name
from redshift_local.translate.plans import Forward, Options, Plan
from redshift_local.translate.reader import Reader

_OF_THE_ENGINE: Final = frozenset({"search_path", "statement_timeout", "datestyle", "timezone"})
# Parameter -> default, as SHOW tells it.
_OF_REDSHIFT: Final = {
    "enable_case_sensitive_identifier": "off",
    "enable_case_sensitive_super_attribute": "off",
    "query_group": "default",
}


def parameter_name(reader: Reader) -> str:
    """A parameter as the engine calls it.

    Raises:
        Refused: The stand-in does not know it.
    """
    name = fold(reader.take().text)
    if name in _OF_THE_ENGINE:
        return name
    if name in _OF_REDSHIFT:
        return f"redshift.{name}"
    raise Refused(
        f"parameter {name}", f'the stand-in knows no parameter "{name}"', sqlstate="42704"
    )


def parameter_value(reader: Reader) -> str:
    """The value after SET ... TO: a string, a word, a number, DEFAULT, or several with commas."""
    found = [_one_value(reader)]
    while reader.accepts(","):
        found.append(_one_value(reader))
    return ", ".join(found)


def _one_value(reader: Reader) -> str:
    if reader.accepts("DEFAULT"):
        return "DEFAULT"
    return quote(reader.take().text)


def set_parameter(sql: str, options: Options) -> Plan:
    """SET [SESSION | LOCAL] parameter { TO | = } value."""
    reader = Reader(sql, options)
    reader.expects("SET")
    scope = reader.one_of("SESSION", "LOCAL")
    name = parameter_name(reader)
    if not reader.accepts("TO"):
        reader.expects("=")
    value = parameter_value(reader)
    reader.expects_end()
    return Forward(f"SET {f'{scope} ' if scope else ''}{name} TO {value}")


def reset_parameter(sql: str, options: Options) -> Plan:
    """RESET parameter."""
    reader = Reader(sql, options)
    reader.expects("RESET")
    name = parameter_name(reader)
    reader.expects_end()
    return Forward(f"RESET {name}")


def show(sql: str, options: Options) -> Plan:
    """SHOW of a parameter, or of what there is in the catalog."""
    reader = Reader(sql, options)
    reader.expects("SHOW")
    query = _show_objects(reader) or _show_parameter(reader)
    reader.expects_end()
    return Forward(query)


def _show_parameter(reader: Reader) -> str:
    name = parameter_name(reader)
    if not name.startswith("redshift."):
        return f"SHOW {name}"
    short = name.removeprefix("redshift.")
    return (
        f"SELECT coalesce(nullif(current_setting({quote(name)}, true), ''), "
        f"{quote(_OF_REDSHIFT[short])}) AS {quote_name(short)}"
    )


def _show_objects(reader: Reader) -> str:
    """What dbt-redshift sends of https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW.html."""
    if reader.accepts("TABLES", "FROM", "SCHEMA"):
        return _call("show_tables", _padded(reader.path(), 2))
    if reader.accepts("COLUMNS", "FROM", "TABLE"):
        return _call("show_columns", _padded(reader.path(), 3))
    if reader.accepts("SCHEMAS", "FROM", "DATABASE"):
        database = quote(reader.bare_name())
        pattern = reader.literal() if reader.accepts("LIKE") else "null"
        return _call("show_schemas", [database, pattern])
    if reader.accepts("GRANTS", "ON", "TABLE"):
        return _call("show_grants", _padded(reader.path(), 3))
    return ""


def _padded(path: list[str], length: int) -> list[str]:
    """The arguments, outermost first; what is not said of them is null."""
    return ["null"] * (length - len(path)) + [quote(part) for part in path]


def _call(name: str, arguments: list[str]) -> str:
    return all_of(f"redshift.{name}({', '.join(arguments)})")


def begin(sql: str, options: Options) -> Plan:
    """BEGIN of a transaction, which is serializable.

    https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    """
    reader = Reader(sql, options)
    reader.expects("BEGIN")
    reader.one_of("WORK", "TRANSACTION")
    reader.expects_end()
    return Forward("BEGIN")


def end(sql: str, options: Options) -> Plan:
    """COMMIT, END, ROLLBACK or ABORT."""
    reader = Reader(sql, options)
    word = reader.one_of("COMMIT", "END", "ROLLBACK", "ABORT")
    reader.one_of("WORK", "TRANSACTION")
    reader.expects_end()
    return Forward("COMMIT" if word in {"COMMIT", "END"} else "ROLLBACK")
