"""The tap: the hub's discovery, configuration, SSH and TLS, with our own incremental stream."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from tap_postgres.client import PostgresConnector, PostgresStream
from tap_postgres.tap import TapPostgres

from headwater_tap_postgres.streams import OverlappingStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk import Stream


CONNECTION = ("host", "user", "password", "database")


class HeadwaterTapPostgres(TapPostgres):
    """The hub's tap-postgres (meltanolabs, 0.10.0), whose settings and catalogs it keeps."""

    config_jsonschema = {  # noqa: RUF012 (the SDK reads it as a plain class attribute)
        **TapPostgres.config_jsonschema,
        "properties": {
            **TapPostgres.config_jsonschema["properties"],
            **th.PropertiesList(
                th.Property(
                    "lookback_seconds",
                    th.IntegerType(minimum=0),
                    default=900,
                    description=(
                        "How far before its bookmark an INCREMENTAL stream reads again, in seconds."
                        " A transaction that commits later than others may carry an older"
                        " replication key than the bookmark; set this above the longest"
                        " transaction that writes to the tables. Only for date-time keys."
                    ),
                ),
            ).to_dict()["properties"],
        },
    }

    @cached_property
    def connector(self) -> PostgresConnector:
        """The hub's connector.

        Raises:
            ConfigValidationError: A setting that it needs is missing.
        """
        missing = [name for name in CONNECTION if not self.config.get(name)]
        if missing and not self.config.get("sqlalchemy_url"):
            reason = f"settings missing: {', '.join(missing)} (or sqlalchemy_url)"
            raise ConfigValidationError(reason, errors=[reason])
        return super().connector

    def discover_streams(self) -> Sequence[Stream]:
        """The hub's streams; those it reads by query are read with an overlap."""
        return [
            OverlappingStream(self, stream.catalog_entry, connector=self.connector)
            if isinstance(stream, PostgresStream)
            else stream
            for stream in super().discover_streams()
        ]
