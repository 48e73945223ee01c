"""Who may log in, as whom, and with which settings."""

from psycopg import sql

from redshift_local.aws import Credentials, Grant
from redshift_local.server.backend import Backend
from redshift_local.server.login import Rejected, Startup, ask_password, matches, password_hash
from redshift_local.server.wire import Wire

_HASH = (
    "select rolpassword from pg_catalog.pg_authid where rolcanlogin"
    " and (rolvaliduntil is null or rolvaliduntil > current_timestamp)"
    " and rolname = {}"
)
_SETTINGS = (
    "select engine_only.unnest(setconfig) from pg_catalog.pg_db_role_setting as s"
    " join pg_catalog.pg_roles as r on r.oid = s.setrole"
    " where s.setdatabase = 0 and r.rolname = {}"
)
_ROLE = "select 1 from pg_catalog.pg_roles where rolname = {}"


class Users:
    """The users of a cluster; they are Postgres' roles.

    Args:
        superuser: The name of the superuser.
        password: The superuser's password.
        credentials: The passwords that expire.
    """

    def __init__(self, superuser: str, password: str, credentials: Credentials) -> None:
        self._superuser = superuser
        self._password = password
        self._credentials = credentials

    def admit(self, wire: Wire, startup: Startup, backend: Backend) -> str:
        """Let a client in, or not; gives the name of its user of the database.

        Raises:
            Rejected: The password is wrong, or there is no such user.
        """
        salt, answer = ask_password(wire)
        known = self._known(startup.user, backend)
        if known is not None and matches(known, salt, answer):
            return startup.user
        grant = self._credentials.check(startup.user, salt, answer)
        if grant is None:
            raise Rejected("28000", f'password authentication failed for user "{startup.user}"')
        _provide(grant, backend)
        return grant.database_user

    def _known(self, user: str, backend: Backend) -> bytes | None:
        if user == self._superuser:
            return password_hash(user, self._password)
        found = backend.query(_HASH.format(_literal(user)))
        kept = found[0][0] if found else None
        return kept.removeprefix("md5").encode() if kept and kept.startswith("md5") else None


def become(backend: Backend, user: str) -> None:
    """Make a connection of the superuser one of this user, with the user's own settings."""
    for (entry,) in backend.query(_SETTINGS.format(_literal(user))):
        name, _, value = (entry or "").partition("=")
        backend.query(f"select pg_catalog.set_config({_literal(name)}, {_literal(value)}, false)")
    backend.query(f"set session authorization {_identifier(user)}")


def _provide(grant: Grant, backend: Backend) -> None:
    """Make the user of temporary credentials if they say so, and put it into its groups."""
    user = grant.database_user
    if not _is_role(user, backend):
        if not grant.auto_create:
            raise Rejected("28000", f'password authentication failed for user "{grant.login}"')
        backend.query(f"create role {_identifier(user)} login")
    for group in grant.groups:
        if not _is_role(group, backend):
            raise Rejected("28000", f'group "{group}" does not exist')
        backend.query(f"grant {_identifier(group)} to {_identifier(user)}")


def _is_role(name: str, backend: Backend) -> bool:
    return bool(backend.query(_ROLE.format(_literal(name))))


def _literal(value: str) -> str:
    # Not psycopg's: a backslash means something here (standard_conforming_strings is off).
    return "E'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _identifier(name: str) -> str:
    return sql.Identifier(name).as_string(None)
