"""Where the sandbox lives and listens."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError


@dataclass(frozen=True)
class Settings:
    """Settings from the environment; `SANDBOX_` and the field's name in capitals.

    Args:
        home: Data folder.
        postgres_port: TCP port of the embedded Postgres.
        clevertap_port: TCP port of the CleverTap simulator.
        facebook_port: TCP port of the simulator of the Facebook Marketing API.
        googleads_port: TCP port of the simulator of the Google Ads API.
        proxy_port: TCP port of the proxy that leads to the simulators by their real host names.
        meltano_database: SQLite file of the Meltano environment whose state tells what has been
            read of this world, if there is one.
        redshift_home: Data folder of redshift-local, where a rehearsal keeps its warehouse.
        redshift_url: URL of the warehouse in there, in the environment `rehearsal`; otherwise the
            warehouse is in the embedded Postgres.
    """

    home: Path = Path(".sandbox")
    postgres_port: int = 55432
    clevertap_port: int = 58080
    facebook_port: int = 58081
    googleads_port: int = 58082
    proxy_port: int = 58083
    meltano_database: Path | None = None
    redshift_home: Path = Path(".redshift-local")
    redshift_url: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; what is absent or empty keeps its default."""
        meltano_database = environment.get("SANDBOX_MELTANO_DATABASE")
        return cls(
            home=Path(environment.get("SANDBOX_HOME") or cls.home).absolute(),
            postgres_port=_port(environment, "SANDBOX_POSTGRES_PORT", cls.postgres_port),
            clevertap_port=_port(environment, "SANDBOX_CLEVERTAP_PORT", cls.clevertap_port),
            facebook_port=_port(environment, "SANDBOX_FACEBOOK_PORT", cls.facebook_port),
            googleads_port=_port(environment, "SANDBOX_GOOGLEADS_PORT", cls.googleads_port),
            proxy_port=_port(environment, "SANDBOX_PROXY_PORT", cls.proxy_port),
            meltano_database=Path(meltano_database) if meltano_database else None,
            redshift_home=Path(
                environment.get("SANDBOX_REDSHIFT_HOME") or cls.redshift_home
            ).absolute(),
            redshift_url=environment.get("SANDBOX_REDSHIFT_URL") or None,
        )

    @property
    def world(self) -> Path:
        """The world's file."""
        return self.home / "world.db"


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - ports are 16 bits
        raise SandboxError(f"{name} is {text!r}, which is no port: give a number from 1 to 65535.")
    return int(text)
