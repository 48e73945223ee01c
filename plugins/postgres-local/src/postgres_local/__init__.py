"""A Postgres server of one's own, on loopback."""

from postgres_local.errors import ServerError
from postgres_local.server import HOST, PostgresServer, free_port, is_free

__all__ = ["HOST", "PostgresServer", "ServerError", "free_port", "is_free"]
