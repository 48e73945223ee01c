"""A Redshift to test on: the stand-in, or the cluster that REDSHIFT_DSN names."""

from __future__ import annotations

import secrets
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import boto3
import redshift_connector
from tests.conftest import ROOT

from redshift_local.real import RealCluster
from redshift_local.translate import split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from redshift_connector.core import Connection
    from tests.conftest import Row

REAL = RealCluster.from_environment()
_USER_SETTINGS = ROOT / "orchestrate" / "redshift" / "user.sql"


@dataclass(frozen=True)
class Redshift(RealCluster):
    """A database of a Redshift, and the place on S3 from which it loads.

    Login and endpoint of S3, and whom TLS trusts, are in the environment.

    Attributes:
        prefix: What the keys of all its files begin with.
    """

    prefix: str

    @classmethod
    def on(cls, cluster: RealCluster, prefix: str) -> Redshift:
        """A cluster's database by its superuser."""
        of_cluster = {each.name: getattr(cluster, each.name) for each in fields(RealCluster)}
        return cls(**of_cluster, prefix=prefix)

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection that commits each statement."""
        with warnings.catch_warnings():
            # redshift_connector 2.1 makes its TLS context the old way. Said here, as what a test is
            # marked with no longer holds when an interrupted run cleans up.
            warnings.filterwarnings("ignore", "ssl.(SSLContext|PROTOCOL_TLS)", DeprecationWarning)
            connection = redshift_connector.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                password=self.password,
                database=self.database,
                sslmode="verify-full",
            )
        connection.autocommit = True
        return connection

    def execute(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def query(self, statement: str) -> list[Row]:
        """All rows."""
        return self.read(statement)[1]

    def read(self, statement: str) -> tuple[list[str], list[Row]]:
        """The names of the columns, and all rows."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows = [tuple(row) for row in cursor.fetchall()]
            return [str(column[0]) for column in cursor.description or ()], rows

    def put_file(self, name: str, content: bytes) -> str:
        """Put a file onto S3; its URL."""
        key = f"{self.prefix}/{name}"
        s3 = boto3.client("s3", region_name=self.region)
        s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return f"s3://{self.bucket}/{key}"

    def files(self) -> list[str]:
        """Keys of all its files."""
        s3 = boto3.client("s3", region_name=self.region)
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def remove_files(self) -> None:
        """Leave nothing of its own on S3."""
        s3 = boto3.client("s3", region_name=self.region)
        for key in self.files():
            s3.delete_object(Bucket=self.bucket, Key=key)


@contextmanager
def database_of_our_own(cluster: RealCluster, *, readers: bool = False) -> Iterator[Redshift]:
    """A database that a superuser of its own makes use of; nothing of it stays.

    Args:
        cluster: Where to make it.
        readers: Whether a user and a role who may do nothing are made beside it, see `reader` and
            `readers_role`.
    """
    name = f"headwater_test_{secrets.token_hex(4)}"
    admin = Redshift.on(cluster, name)
    own = replace(admin, user=name, password=_password(), database=name)
    with ExitStack() as made:
        made.callback(own.remove_files)
        made.enter_context(_made(admin, f"user {name}", f"password '{own.password}' createuser"))
        if readers:
            password = f"password '{reader(own).password}'"
            made.enter_context(_made(admin, f"user {reader(own).user}", password))
            made.enter_context(_made(admin, f"role {readers_role(own)}"))
        # The last to be made is the first to go: a user goes when nothing is the user's any more.
        made.enter_context(_made(admin, f"database {name}", end="force"))
        admin.execute(*(_settings_of(own.user)))
        yield own


def empty(cluster: RealCluster, own: Redshift) -> None:
    """Drop the database and make it anew."""
    admin = Redshift.on(cluster, own.prefix)
    admin.execute(f"drop database {own.database} force", f"create database {own.database}")


def reader(own: Redshift) -> Redshift:
    """The database by the user who may do nothing."""
    return replace(own, user=f"{own.user}_reader", password=f"{own.password}R")


def readers_role(own: Redshift) -> str:
    """The role that may do nothing."""
    return f"{own.user}_readers"


@contextmanager
def _made(admin: Redshift, what: str, options: str = "", *, end: str = "") -> Iterator[None]:
    admin.execute(f"create {what} {options}".rstrip())
    try:
        yield
    finally:
        admin.execute(f"drop {what} {end}".rstrip())


def _settings_of(user: str) -> Iterator[str]:
    """What our SQL for the warehouse's user says, for this user."""
    for statement in split(_USER_SETTINGS.read_text("utf-8")):
        yield statement.replace("user headwater", f"user {user}")


def _password() -> str:
    return f"Aa1{secrets.token_hex(16)}"
