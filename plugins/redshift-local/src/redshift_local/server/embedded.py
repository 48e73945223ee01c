"""The embedded Postgres of a data folder; apart from what needs much to be imported."""

from postgres_local import PostgresServer
from redshift_local.settings import Settings

# The account that PostgresServer makes; a client never is it, but for one of the same name.
ENGINE_USER, ENGINE_PASSWORD = "headwater", "sandbox"
_SETTINGS = {
    # A server of ours that was killed leaves no statement at work.
    "client_connection_check_interval": "2s",
    "max_connections": "120",
}


def embedded_postgres(settings: Settings) -> PostgresServer:
    """The embedded Postgres of a data folder."""
    return PostgresServer(
        settings.home / "postgres",
        settings.postgres_port,
        _SETTINGS,
        port_setting="REDSHIFT_LOCAL_POSTGRES_PORT",
    )
