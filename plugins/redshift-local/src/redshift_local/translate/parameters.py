"""Session parameters, transactions and SHOW.

A parameter that the engine has is set there; one that only Redshift has is kept under `redshift.`,
where the server finds those that change how a statement is read. Any other is refused.
https://docs.aws.amazon.com/redshift/latest/dg/t_Modifying_the_default_settings.html
"""

from __future__ import annotations

from typing import Final

from redshift_local.errors import Refused
from redshift_local.translate.generation import all_of, fold, quote, quote_name
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.reader import Reader

_OF_THE_ENGINE: Final = frozenset(
    {
        "search_path",
        "statement_timeout",
        "datestyle",
        "timezone",
        "extra_float_digits",
        "client_encoding",
        "application_name",
    }
)
# Parameter -> default, as SHOW tells it.
_OF_REDSHIFT: Final = {
    "analyze_threshold_percent": "10",
    "cast_super_null_on_error": "on",
    "describe_field_name_in_uppercase": "off",
    "downcase_delimited_identifier": "on",
    "enable_case_sensitive_identifier": "off",
    "enable_case_sensitive_super_attribute": "off",
    "enable_result_cache_for_session": "on",
    "enable_vacuum_boost": "off",
    "error_on_nondeterministic_update": "off",
    "interval_forbid_composite_literals": "on",
    "json_parse_dedup_attributes": "off",
    "max_concurrency_scaling_clusters": "1",
    "mv_enable_aqmv_for_session": "on",
    "navigate_super_null_on_error": "on",
    "parse_super_null_on_error": "off",
    "query_group": "default",
    "use_fips_ssl": "off",
    "wlm_query_slot_count": "1",
}
# Set to anything else they would change results in ways that the stand-in does not follow.
_FIXED: Final = {
    "cast_super_null_on_error": "on",
    "describe_field_name_in_uppercase": "off",
    "downcase_delimited_identifier": "on",
    "error_on_nondeterministic_update": "off",
    "interval_forbid_composite_literals": "on",
    "json_parse_dedup_attributes": "off",
    "navigate_super_null_on_error": "on",
    "parse_super_null_on_error": "off",
}
_ON: Final = frozenset({"on", "true", "1", "yes"})
_LEVELS: Final = (
    ("SERIALIZABLE",),
    ("READ", "COMMITTED"),
    ("READ", "UNCOMMITTED"),
    ("REPEATABLE", "READ"),
)


def parameter_name(reader: Reader) -> str:
    """A parameter as the engine calls it.

    Raises:
        Refused: Redshift has none of that name, or the stand-in does not know it.
    """
    name = fold(reader.take().text)
    if name in _OF_THE_ENGINE:
        return name
    if name in _OF_REDSHIFT:
        return f"redshift.{name}"
    raise Refused(
        f"parameter {name}", f'unrecognized configuration parameter "{name}"', sqlstate="42704"
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
    sign = "-" if reader.accepts("-") else ""
    return quote(sign + reader.take().text)


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
    _check_fixed(name.removeprefix("redshift."), value)
    return Forward(f"SET {f'{scope} ' if scope else ''}{name} TO {value}")


def _check_fixed(name: str, value: str) -> None:
    wanted = _FIXED.get(name)
    told = "on" if value.strip("'").lower() in _ON else "off"
    if wanted is not None and value != "DEFAULT" and told != wanted:
        raise Refused(f"SET {name}", f"the stand-in has {name} {wanted} only")


def reset_parameter(sql: str, options: Options) -> Plan:
    """RESET parameter; RESET ALL; RESET USE does nothing, as USE."""
    reader = Reader(sql, options)
    reader.expects("RESET")
    if reader.accepts("USE"):
        reader.expects_end()
        return Steps((), "RESET")
    name = "ALL" if reader.accepts("ALL") else parameter_name(reader)
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
    """https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW.html - those that clients send."""
    if reader.accepts("TABLES", "FROM", "SCHEMA"):
        return _call("show_tables", _padded(reader.path(), 2), reader, pattern=True)
    if reader.accepts("COLUMNS", "FROM", "TABLE"):
        return _call("show_columns", _padded(reader.path(), 3), reader, pattern=True)
    if reader.accepts("SCHEMAS", "FROM", "DATABASE"):
        return _call("show_schemas", _padded(reader.path(), 1), reader, pattern=True)
    if reader.accepts("GRANTS", "ON", "TABLE"):
        return _call("show_grants", _padded(reader.path(), 3), reader)
    if reader.accepts("DATABASES"):
        return _call("show_databases", [], reader)
    return ""


def _padded(path: list[str], length: int) -> list[str]:
    """The arguments, outermost first; what is not said of them is null."""
    return ["null"] * (length - len(path)) + [quote(part) for part in path]


def _call(name: str, arguments: list[str], reader: Reader, *, pattern: bool = False) -> str:
    if pattern:
        arguments = [*arguments, reader.literal() if reader.accepts("LIKE") else "null"]
    limit = f" LIMIT {reader.number()}" if reader.accepts("LIMIT") else ""
    return all_of(f"redshift.{name}({', '.join(arguments)})", limit)


def use(sql: str, options: Options) -> Plan:
    """USE database: the one there is must be meant."""
    reader = Reader(sql, options)
    reader.expects("USE")
    name = reader.bare_name()
    reader.expects_end()
    check = all_of(f"redshift.show_schemas({quote(name)}, null)", " LIMIT 0")
    return Steps((check,), "USE")


def begin(sql: str, options: Options) -> Plan:
    """BEGIN or START TRANSACTION; whatever level is asked for, it is serializable.

    https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    """
    reader = Reader(sql, options)
    if not reader.accepts("START", "TRANSACTION"):
        reader.expects("BEGIN")
        reader.one_of("WORK", "TRANSACTION")
    if reader.accepts("ISOLATION", "LEVEL") and not any(
        reader.accepts(*level) for level in _LEVELS
    ):
        raise reader.unexpected()
    reader.accepts(",")
    mode = ""
    if reader.accepts("READ", "ONLY"):
        mode = " READ ONLY"
    elif reader.accepts("READ", "WRITE"):
        mode = " READ WRITE"
    reader.expects_end()
    return Forward(f"BEGIN{mode}")


def end(sql: str, options: Options) -> Plan:
    """COMMIT, END, ROLLBACK or ABORT."""
    reader = Reader(sql, options)
    word = reader.one_of("COMMIT", "END", "ROLLBACK", "ABORT")
    reader.one_of("WORK", "TRANSACTION")
    reader.expects_end()
    return Forward("COMMIT" if word in {"COMMIT", "END"} else "ROLLBACK")
