"""The Singer tap and its command."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_clevertap.client import ClevertapClient
from tap_clevertap.endpoints import schema_items
from tap_clevertap.errors import AnswerError, ConfigError, CountsError, CredentialsError, TapError
from tap_clevertap.reconciliation import Difference, summary
from tap_clevertap.settings import CONFIG_SCHEMA, Settings
from tap_clevertap.streams import STREAMS
from tap_clevertap.streams.schema_items import split_item
from tap_clevertap.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from types import FrameType

    from singer_sdk import Stream
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

# Three readers wait for the interpreter while one thread works; the default of 5 ms is a long
# time to wait for the right to take up an answer that has come.
_SWITCH_SECONDS = 0.001
_SIGNAL_EXIT = 128


@dataclass(frozen=True, slots=True)
class Account:
    """What the run needs to know of the account: the events to read and its last day."""

    event_names: list[str]
    last_day: date


class TapClevertap(Tap):
    """Singer tap for CleverTap: events, profiles, trends, messages, campaigns and schemas."""

    name = "tap-clevertap"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA
    message_writer_class = LineWriter
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @cached_property
    def differences(self) -> list[Difference]:
        """Slices that CleverTap counts differently, where that is an error; filled by the runs."""
        return []

    def discover_streams(self) -> Sequence[Stream]:
        """Return the streams; no request is made."""
        return [stream(tap=self) for stream in STREAMS]

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked.

        Raises:
            ConfigError: One is missing or wrong.
        """
        return Settings.from_config(self.config)

    @property
    def line_writer(self) -> LineWriter:
        """The writer, by its own type."""
        return self.message_writer  # type: ignore[return-value]  # asked only when it is one

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

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings, with our words: the SDK's would quote a wrong passcode."""
        if raise_errors:
            Settings.from_config(self._config)
        return super()._validate_config(raise_errors=raise_errors)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop: whole lines, state for whole slices, and an exit code that says so."""
        del frame
        self.logger.warning(
            "Stopped by %s; finished slices are kept, the next run goes on from there",
            signal.Signals(signum).name,
        )
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)  # whoever asks twice need not wait for the target
        self.line_writer.exit_soon(_SIGNAL_EXIT + signum)


def main() -> None:
    """Run the command; an error is one sentence in the log and exit code 1."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        TapClevertap.cli()
    except TapError as error:
        _report(str(error))
    except Exception as error:  # noqa: BLE001  # whatever it is, a person should read one line
        _report(f"{type(error).__name__}: {error}")
    sys.exit(1)


def _report(sentence: str) -> None:
    logger = TapClevertap.logger
    logger.error(sentence, exc_info=logger.isEnabledFor(logging.DEBUG))
