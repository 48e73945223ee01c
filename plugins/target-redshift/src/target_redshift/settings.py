"""The loader's settings, read from its config."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class LoadMethod(enum.Enum):
    """What happens to rows that are there already."""

    APPEND_ONLY = "append-only"
    UPSERT = "upsert"
    OVERWRITE = "overwrite"


@dataclass(frozen=True)
class Settings:
    """What the engines and the loader need of the config; the README describes each."""

    engine: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    sslmode: str
    schema: str
    load_method: LoadMethod
    add_record_metadata: bool
    process_activate_version_messages: bool
    hard_delete: bool
    validate_records: bool
    batch_size_rows: int
    quarantine: bool
    max_rejected: int
    adopt_state: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Settings":
        """Read a config that the SDK has validated."""
        return cls(
            engine=config["engine"],
            host=config["host"],
            port=config["port"],
            user=config["user"],
            password=config["password"],
            database=config["database"],
            sslmode=config["sslmode"],
            schema=config["default_target_schema"],
            load_method=LoadMethod(config["load_method"]),
            add_record_metadata=config["add_record_metadata"],
            process_activate_version_messages=config["process_activate_version_messages"],
            hard_delete=config["hard_delete"],
            validate_records=config["validate_records"],
            batch_size_rows=config["batch_size_rows"],
            quarantine=config["on_invalid_record"] == "quarantine",
            max_rejected=config["max_rejected"],
            adopt_state=config["adopt_state"],
        )
