"""Installs the engine's SQL into a database, or copies a database that has it."""

import hashlib
from functools import cache
from importlib.resources import files

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

# In this order.
SCRIPTS = (
    "schemas",
    "super_type",
    "lengths",
    "super_casts",
    "super_comparison",
    "table_checks",
    "super_functions",
    "table_attributes",
    "load_tables",
    "dates",
    "texts",
    "numbers",
    "catalog_views",
    "privilege_views",
    "show",
    "hidden",
    "refused_casts",
    "last",
)
# Any number that nobody else locks by: one session at a time makes the template.
LOCK = 5_439_055


def install(connection: psycopg.Connection) -> None:
    """Make a fresh database a Redshift one; does nothing when it is one already.

    Args:
        connection: To that database, as a superuser.

    Raises:
        RuntimeError: Another version of the engine is installed there.
    """
    version, scripts = _engine()
    with connection.transaction():
        installed = _installed(connection)
        if installed == version:
            return
        if installed is not None:
            raise RuntimeError(
                f"Database {connection.info.dbname} has the engine {installed}, "
                f"this is {version}: make it anew (redshift-local reset)."
            )
        connection.execute("SET LOCAL allow_system_table_mods = on")
        connection.execute("SET LOCAL standard_conforming_strings = on")
        for script in scripts:
            connection.execute(script)
        connection.execute(sql.SQL("COMMENT ON SCHEMA redshift IS {}").format(sql.Literal(version)))


def create_database(admin: psycopg.Connection, name: str) -> None:
    """Create a database with the engine in it, by copying a template.

    The template is made on first use, which takes a moment; a copy is a matter of milliseconds.

    Args:
        admin: An autocommit connection of a superuser, to any other database of the server.
        name: The new database's name.
    """
    template = _template(admin)
    copy = "CREATE DATABASE {} TEMPLATE {}"
    admin.execute(sql.SQL(copy).format(sql.Identifier(name), sql.Identifier(template)))


def template_name() -> str:
    """The database that new ones are copies of; it is there from the first one on."""
    version, _ = _engine()
    return f"redshift_template_{version}"


def _template(admin: psycopg.Connection) -> str:
    name = template_name()
    if _exists(admin, name):
        return name
    admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        if not _exists(admin, name):
            _make_template(admin, name)
    finally:
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _make_template(admin: psycopg.Connection, name: str) -> None:
    unfinished = sql.Identifier(f"{name}_unfinished")
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(unfinished))
    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(unfinished))
    there = make_conninfo(admin.info.dsn, dbname=f"{name}_unfinished", password=admin.info.password)
    with psycopg.connect(there) as connection:
        install(connection)
    rename = "ALTER DATABASE {} RENAME TO {}"
    admin.execute(sql.SQL(rename).format(unfinished, sql.Identifier(name)))
    # Nobody can connect, so that a copy never has to wait for somebody to leave.
    admin.execute(
        sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true").format(
            sql.Identifier(name)
        )
    )


def _exists(admin: psycopg.Connection, name: str) -> bool:
    found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _installed(connection: psycopg.Connection) -> str | None:
    row = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'redshift'"
    ).fetchone()
    return None if row is None else str(row[0])


@cache
def _engine() -> tuple[str, tuple[bytes, ...]]:
    """Our SQL and its version, a hash."""
    folder = files("redshift_local.engine") / "sql"
    scripts = tuple((folder / f"{name}.sql").read_bytes() for name in SCRIPTS)
    return hashlib.sha256(b"\n".join(scripts)).hexdigest()[:12], scripts
