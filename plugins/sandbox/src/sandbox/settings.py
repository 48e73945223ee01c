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
    """

    home: Path = Path(".sandbox")
    postgres_port: int = 55432
    clevertap_port: int = 58080

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; what is absent or empty keeps its default."""
        return cls(
            home=Path(environment.get("SANDBOX_HOME") or cls.home).absolute(),
            postgres_port=_port(environment, "SANDBOX_POSTGRES_PORT", cls.postgres_port),
            clevertap_port=_port(environment, "SANDBOX_CLEVERTAP_PORT", cls.clevertap_port),
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
