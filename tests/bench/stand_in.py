"""redshift-local for the time of the bench: S3, COPY and Redshift's SQL on this machine."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Self

import boto3
import psycopg
from tests.bench.measuring import BIN

from postgres_local import free_port

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "bench"
_KEYS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class StandIn:
    """A started redshift-local.

    Args:
        folder: Where it keeps its data and the loader's settings.
    """

    def __init__(self, folder: Path) -> None:
        self._home = folder / "redshift"
        self._folder = folder
        self._port, self._aws_port = free_port(), free_port()
        self._environment = {
            "REDSHIFT_LOCAL_HOME": str(self._home),
            "REDSHIFT_LOCAL_PORT": str(self._port),
            "REDSHIFT_LOCAL_POSTGRES_PORT": str(free_port()),
            "REDSHIFT_LOCAL_AWS_PORT": str(self._aws_port),
        }

    def __enter__(self) -> Self:
        self._command("start")
        boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self._aws_port}",
            aws_access_key_id=_KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_KEYS["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
        ).create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_: object) -> None:
        self._command("remove")

    @property
    def variables(self) -> dict[str, str]:
        """What the loader needs in its environment."""
        return {
            **_KEYS,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._aws_port}",
            "SSL_CERT_FILE": str(self._home / "ca.pem"),
        }

    def config(self) -> Path:
        """The loader's settings: the defaults, but for where to load to."""
        path = self._folder / "redshift.json"
        settings = {
            "engine": "redshift",
            "host": "127.0.0.1",
            "port": self._port,
            "user": "headwater",
            "password": "Sandbox1",
            "database": "dev",
            "default_target_schema": "bench",
            "s3_bucket": BUCKET,
            "iam_role": "default",
            "region": "us-east-1",
        }
        path.write_text(json.dumps(settings))
        return path

    def empty(self) -> None:
        """Begin from nothing."""
        with self.connect() as database:
            database.execute("drop schema if exists bench cascade")

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self._port,
            user="headwater",
            password="Sandbox1",  # noqa: S106 - a server on loopback
            dbname="dev",
            autocommit=True,
        )

    def _command(self, word: str) -> None:
        subprocess.run(  # noqa: S603 - our own command
            [BIN / "redshift-local", word],
            env={**os.environ, **self._environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
