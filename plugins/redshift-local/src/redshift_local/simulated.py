"""A server in this process, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from postgres_local import HOST, free_port
from redshift_local.aws import Credentials, Faults
from redshift_local.server.cluster import Cluster, prepare
from redshift_local.server.embedded import embedded_postgres
from redshift_local.settings import Settings

REGION = "us-east-1"


@dataclass(frozen=True)
class SimulatedRedshift:
    """A server that answers, and what a client needs to know of it.

    Args:
        cluster: The server itself.
    """

    cluster: Cluster

    host = HOST
    region = REGION

    @property
    def port(self) -> int:
        """Port of the endpoint."""
        return self.cluster.listener.port

    @property
    def database(self) -> str:
        """The database that is always there."""
        return self.cluster.settings.database

    @property
    def user(self) -> str:
        """The superuser."""
        return self.cluster.settings.user

    @property
    def password(self) -> str:
        """The superuser's password."""
        return self.cluster.settings.password

    @property
    def ca_file(self) -> Path:
        """Certificate to trust, by SSL_CERT_FILE or sslrootcert."""
        return self.cluster.certificate

    @property
    def aws_url(self) -> str:
        """Endpoint of S3 and of the calls that give credentials, for AWS_ENDPOINT_URL."""
        return self.cluster.aws.url

    @property
    def faults(self) -> Faults:
        """What goes wrong on S3 and with the credentials."""
        return self.cluster.aws.faults

    @property
    def credentials(self) -> Credentials:
        """The passwords that expire."""
        return self.cluster.aws.credentials

    def postgres_url(self, database: str) -> str:
        """The engine's own URL of a database, to look behind the curtain."""
        return self.cluster.postgres.url(database)

    def create_database(self, name: str) -> None:
        """Make an empty database."""
        self.cluster.create_database(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is connected to it."""
        self.cluster.drop_database(name)


@contextmanager
def serve(home: Path) -> Iterator[SimulatedRedshift]:
    """Run a server on free ports with this data folder, which is given up at the end."""
    settings = Settings(home=home, port=0, postgres_port=free_port(), aws_port=0)
    postgres = embedded_postgres(settings)
    try:
        postgres.start()
        prepare(settings, postgres)
        cluster = Cluster(settings, postgres)
        cluster.start()
        try:
            yield SimulatedRedshift(cluster)
        finally:
            cluster.stop()
    finally:
        postgres.remove()
