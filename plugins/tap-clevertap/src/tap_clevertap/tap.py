"""The Singer tap and its command."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from line_tap.errors import ConfigError
from line_tap.tap import LineTap
from tap_clevertap.client import ClevertapClient
from tap_clevertap.endpoints import schema_items
from tap_clevertap.errors import AnswerError, CountsError, CredentialsError
from tap_clevertap.reconciliation import Difference, summary
from tap_clevertap.settings import CONFIG_SCHEMA, Settings
from tap_clevertap.streams import STREAMS
from tap_clevertap.streams.schema_items import split_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from singer_sdk import Stream

# Three readers wait for the interpreter while one thread works; the default of 5 ms is a long
# time to wait for the right to take up an answer that has come.
_SWITCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Account:
    """What the run needs to know of the account: the events to read and its last day."""

    event_names: list[str]
    last_day: date


class TapClevertap(LineTap):
    """Singer tap for CleverTap: events, profiles, trends, messages, campaigns and schemas."""

    name = "tap-clevertap"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA

    @cached_property
    def differences(self) -> list[Difference]:
        """Slices that CleverTap counts differently, where that is an error; filled by the runs."""
        return []

    def discover_streams(self) -> Sequence[Stream]:
        """Return the streams; no request is made."""
        return [stream(tap=self) for stream in STREAMS]

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check the settings.

        Raises:
            ConfigError: One is missing or wrong.
        """
        return Settings.from_config(config)

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked."""
        return self.check_config(self.config)

    @cached_property
    def account(self) -> Account:
        """The account, asked once per run: its clock decides what is today.

        Raises:
            ConfigError: There is no day to read.
            TapError: The account cannot be asked.
        """
        settings = self.settings
        with self.new_client(threading.Event()) as client:
            try:
                known = [split_item(item)[0] for item in schema_items(client, "events")]
            except CredentialsError:
                raise
            except AnswerError:
                if not settings.event_names:
                    raise
                known = []  # getSchema is not needed; its answer told the time all the same
            today = client.today
        if settings.first_day > today:
            raise ConfigError(
                f"The setting start_date is {settings.first_day}, but in the account it is "
                f"{today}: there is nothing to read yet."
            )
        names = list(dict.fromkeys(settings.event_names or known))
        if not names:
            self.logger.warning("getSchema names no event, and the setting event_names is not set")
        return Account(names, min(settings.last_day or today, today))

    def new_client(self, stop: threading.Event) -> ClevertapClient:
        """Return a client for one thread; setting `stop` ends its waiting."""
        return ClevertapClient(self.settings, self.logger, stop)

    def sync_all(self) -> None:  # type: ignore[misc]  # final, but only it knows the end of all
        """Sync all streams.

        Raises:
            CountsError: Slices differ from CleverTap's own counts (setting reconcile_counts).
            TapError: Something could not be read.
        """
        super().sync_all()
        if self.differences:
            raise CountsError(summary(self.differences, self.settings.reconcile_tolerance))

    @classmethod
    def main(cls) -> NoReturn:
        """Run the command (see `LineTap.main`)."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        super().main()
