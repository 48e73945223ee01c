"""A real cluster that the environment names, for the tests that hold on AWS too."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from redshift_local.settings import SettingsError


@dataclass(frozen=True)
class RealCluster:
    """Where tests run instead of on the stand-in: its database is theirs, or they make their own.

    Args:
        host: Endpoint of a cluster or a workgroup.
        port: Its port.
        user: A superuser, who may make users and databases.
        password: The user's password.
        database: A database that holds nothing else.
        bucket: A bucket in the cluster's region.
        iam_role: The role by which COPY reads the bucket, or `default`.
        region: Both's region.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    bucket: str
    iam_role: str
    region: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "RealCluster | None":
        """Read REDSHIFT_DSN and what goes with it; None when it is not set.

        Raises:
            SettingsError: Something is missing.
        """
        dsn = environment.get("REDSHIFT_DSN")
        if not dsn:
            return None
        parts = urlsplit(dsn)
        database = parts.path.strip("/")
        if not (parts.hostname and parts.username and parts.password and database):
            raise SettingsError(
                "REDSHIFT_DSN is not of the form redshift://user:password@host:5439/database."
            )
        for name in ("REDSHIFT_S3_BUCKET", "AWS_REGION"):
            if not environment.get(name):
                raise SettingsError(f"REDSHIFT_DSN is set, and {name} is not.")
        return cls(
            host=parts.hostname,
            port=parts.port or 5439,
            user=unquote(parts.username),
            password=unquote(parts.password),
            database=database,
            bucket=environment["REDSHIFT_S3_BUCKET"],
            iam_role=environment.get("REDSHIFT_IAM_ROLE") or "default",
            region=environment["AWS_REGION"],
        )
