"""Where the server lives and listens."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """A setting makes no sense; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Settings from the environment; `REDSHIFT_LOCAL_` and the field's name in capitals.

    Args:
        home: Data folder.
        port: TCP port of the Redshift endpoint.
        postgres_port: TCP port of the embedded Postgres.
        aws_port: TCP port of the simulated S3 and of the calls that give credentials.
        database: The database that is there from the start.
        user: The superuser.
        password: The superuser's password.
        tls: Whether TLS is offered to clients.
        bucket: A bucket of the simulated S3 that is there from the start.
        setup: A file of Redshift's SQL that the superuser runs at each start.
        s3_url: Endpoint of the S3 that COPY and UNLOAD use, when it is not the simulated one.
    """

    home: Path = Path(".redshift-local")
    port: int = 55439
    postgres_port: int = 55440
    aws_port: int = 58090
    database: str = "dev"
    user: str = "headwater"
    password: str = field(default="Sandbox1", repr=False)
    tls: bool = True
    bucket: str | None = None
    setup: Path | None = None
    s3_url: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; what is absent or empty keeps its default.

        Raises:
            SettingsError: One of them makes no sense.
        """

        def given(name: str, default: object) -> str:
            return environment.get(f"REDSHIFT_LOCAL_{name}") or str(default)

        return cls(
            home=Path(given("HOME", cls.home)).absolute(),
            port=_port("PORT", given("PORT", cls.port)),
            postgres_port=_port("POSTGRES_PORT", given("POSTGRES_PORT", cls.postgres_port)),
            aws_port=_port("AWS_PORT", given("AWS_PORT", cls.aws_port)),
            database=given("DATABASE", cls.database),
            user=given("USER", cls.user),
            password=given("PASSWORD", "Sandbox1"),
            tls=_switch("TLS", given("TLS", cls.tls)),
            bucket=environment.get("REDSHIFT_LOCAL_BUCKET") or None,
            setup=_path(environment.get("REDSHIFT_LOCAL_SETUP")),
            s3_url=environment.get("REDSHIFT_LOCAL_S3_URL") or None,
        )

    def to_environment(self) -> dict[str, str]:
        """The environment that gives these settings."""
        return {
            "REDSHIFT_LOCAL_HOME": str(self.home),
            "REDSHIFT_LOCAL_PORT": str(self.port),
            "REDSHIFT_LOCAL_POSTGRES_PORT": str(self.postgres_port),
            "REDSHIFT_LOCAL_AWS_PORT": str(self.aws_port),
            "REDSHIFT_LOCAL_DATABASE": self.database,
            "REDSHIFT_LOCAL_USER": self.user,
            "REDSHIFT_LOCAL_PASSWORD": self.password,
            "REDSHIFT_LOCAL_TLS": str(self.tls).lower(),
            "REDSHIFT_LOCAL_BUCKET": self.bucket or "",
            "REDSHIFT_LOCAL_SETUP": str(self.setup or ""),
            "REDSHIFT_LOCAL_S3_URL": self.s3_url or "",
        }


def _port(name: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - ports are 16 bits
        raise SettingsError(
            f"REDSHIFT_LOCAL_{name} is {text!r}, which is no port: give a number from 1 to 65535."
        )
    return int(text)


def _path(text: str | None) -> Path | None:
    return Path(text).absolute() if text else None


def _switch(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise SettingsError(f"REDSHIFT_LOCAL_{name} is {text!r}: give true or false.")
    return text.lower() == "true"
