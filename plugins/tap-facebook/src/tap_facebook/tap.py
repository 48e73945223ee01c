"""The Singer tap and its command."""

from __future__ import annotations

import logging
import signal
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from singer_sdk import Tap
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_facebook.client import FacebookClient
from tap_facebook.clock import utc_now
from tap_facebook.errors import AnswerError, TapError
from tap_facebook.failures import Failures
from tap_facebook.graph import account_node
from tap_facebook.reports import read_reports
from tap_facebook.settings import CONFIG_SCHEMA, Settings
from tap_facebook.streams.entities import EDGES, AccountsStream, EdgeStream
from tap_facebook.streams.insights import InsightsStream, ReadsStream
from tap_facebook.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from singer_sdk import Stream
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_facebook.answers import Node

_SIGNAL_EXIT = 128


class TapFacebook(Tap):
    """Singer tap for Facebook Ads: accounts, campaigns, ads and insights reports."""

    name = "tap-facebook"
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
    def failures(self) -> Failures:
        """Accounts that failed so far."""
        return Failures()

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked.

        Raises:
            ConfigError: One is missing or wrong.
        """
        return Settings.from_config(self.config)

    @cached_property
    def client(self) -> FacebookClient:
        """The connection."""
        return FacebookClient(self.settings, self.logger)

    @cached_property
    def _accounts(self) -> dict[str, tuple[Node, str]]:
        return {}

    @property
    def line_writer(self) -> LineWriter:
        """The writer, by its own type."""
        return self.message_writer  # type: ignore[return-value]  # asked only when it is one

    def discover_streams(self) -> Sequence[Stream]:
        """Return the streams; no request is made.

        Raises:
            ConfigError: The setting insight_reports_list is wrong.
        """
        reports = read_reports(self.config.get("insight_reports_list"))
        return [
            AccountsStream(self),
            *(EdgeStream(self, edge) for edge in EDGES),
            *(InsightsStream(self, report) for report in reports),
            *(ReadsStream(self, report) for report in reports),
        ]

    def account(self, account: str) -> tuple[Node, str]:
        """Return an account, asked once per run, and when it was asked.

        Raises:
            TapError: It cannot be asked.
        """
        if account not in self._accounts:
            read_at = utc_now()
            self._accounts[account] = account_node(self.client, account), read_at
        return self._accounts[account]

    def zone(self, account: str) -> ZoneInfo:
        """Return an account's time zone, which decides what its days are.

        Raises:
            AnswerError: The account has none.
        """
        node, _ = self.account(account)
        name = msgspec.json.decode(node["timezone_name"]) if "timezone_name" in node else None
        try:
            return ZoneInfo(str(name))
        except (OSError, ValueError, KeyError):
            raise AnswerError(
                f"Facebook gives account {account} the time zone {name!r}, which this computer "
                "does not know: update the package tzdata."
            ) from None

    def sync_all(self) -> None:  # type: ignore[misc]  # final, but only it knows the end of all
        """Sync all streams.

        Raises:
            AccountsError: Accounts could not be read whole; all others were.
            TapError: Something could not be read.
        """
        with self.client:
            super().sync_all()
            self.client.summarise()
        self.failures.check()

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings, with our words: the SDK's would quote a wrong token."""
        if raise_errors:
            Settings.from_config(self._config)
        return super()._validate_config(raise_errors=raise_errors)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop: whole lines, state for whole windows, and an exit code that says so."""
        del frame
        self.logger.warning(
            "Stopped by %s; finished days are kept, the next run goes on from there",
            signal.Signals(signum).name,
        )
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)  # whoever asks twice need not wait for the target
        self.line_writer.exit_soon(_SIGNAL_EXIT + signum)


def main() -> None:
    """Run the command; an error is one sentence in the log and exit code 1."""
    try:
        TapFacebook.cli()
    except TapError as error:
        _report(str(error))
    except Exception as error:  # noqa: BLE001  # whatever it is, a person should read one line
        _report(f"{type(error).__name__}: {error}")
    sys.exit(1)


def _report(sentence: str) -> None:
    logger = TapFacebook.logger
    logger.error(sentence, exc_info=logger.isEnabledFor(logging.DEBUG))
