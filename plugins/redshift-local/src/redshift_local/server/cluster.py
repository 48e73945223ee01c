"""All parts together: the embedded Postgres as a Redshift, its endpoint, and AWS around it."""

from pathlib import Path

import psycopg
from psycopg import sql

from postgres_local import HOST, PostgresServer
from redshift_local import engine
from redshift_local.aws import Aws, Credentials, Identity
from redshift_local.server.authority import CERTIFICATE, server_context
from redshift_local.server.backend import Backend
from redshift_local.server.embedded import ENGINE_PASSWORD, ENGINE_USER
from redshift_local.server.listener import Listener
from redshift_local.server.transfers import Transfers
from redshift_local.server.users import Users
from redshift_local.settings import Settings


def prepare(settings: Settings, postgres: PostgresServer) -> None:
    """Make the user and the database that are always there, where they are missing.

    Raises:
        RuntimeError: The database was made by another version of the engine.
    """
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        known = connection.execute("select from pg_roles where rolname = %s", [settings.user])
        if known.fetchone() is None:
            create = sql.SQL("CREATE ROLE {} SUPERUSER LOGIN")
            connection.execute(create.format(sql.Identifier(settings.user)))
    if not postgres.has_database(settings.database):
        create_database(postgres, settings.database)
        return
    with psycopg.connect(postgres.url(settings.database)) as connection:
        engine.install(connection)


def create_database(postgres: PostgresServer, name: str) -> None:
    """Make an empty Redshift database."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        engine.create_database(connection, name)


class Cluster:
    """What one data folder serves, in threads of this process.

    Args:
        settings: Where it lives and listens; a port of 0 takes a free one.
        postgres: Its embedded Postgres, running and prepared.
    """

    def __init__(self, settings: Settings, postgres: PostgresServer) -> None:
        self.settings = settings
        self.postgres = postgres
        self._credentials = Credentials()
        users = Users(settings.user, settings.password, self._credentials)
        tls = server_context(settings.home) if settings.tls else None
        self.listener = Listener(settings.port, tls, users, self)
        self.aws = Aws(
            settings.aws_port, Identity(host=HOST, port=self.listener.port), self._credentials
        )

    @property
    def certificate(self) -> Path:
        """What a client that verifies must trust."""
        return self.settings.home / CERTIFICATE

    def start(self) -> None:
        """Serve."""
        self.aws.start()
        self.listener.start()

    def stop(self) -> None:
        """Stop serving; Postgres runs on."""
        self.listener.stop()
        self.aws.stop()

    def create_database(self, name: str) -> None:
        """Make an empty Redshift database."""
        create_database(self.postgres, name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is connected to it."""
        self.postgres.drop_database(name)

    def backend(self, database: str) -> Backend:
        """A superuser's connection to a database of the engine."""
        return Backend(HOST, self.postgres.port, ENGINE_USER, ENGINE_PASSWORD, database)

    def transfers(self, database: str) -> Transfers:
        """What carries out COPY and UNLOAD in a session."""
        own_s3 = self.settings.s3_url
        return Transfers(
            endpoint_url=own_s3 or self.aws.url,
            database=database,
            journal_url=self.postgres.url(database),
            role_keys=None if own_s3 else ("role", "secret"),  # the simulated S3 takes any
        )
