"""The Singer tap and its command."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from line_tap.clock import utc_now
from line_tap.tap import LineTap
from tap_facebook.client import FacebookClient
from tap_facebook.errors import AnswerError
from tap_facebook.failures import Failures
from tap_facebook.graph import account_node
from tap_facebook.reports import read_reports
from tap_facebook.settings import CONFIG_SCHEMA, Settings
from tap_facebook.streams.entities import EDGES, AccountsStream, EdgeStream
from tap_facebook.streams.insights import InsightsStream, ReadsStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_sdk import Stream

    from tap_facebook.answers import Node


class TapFacebook(LineTap):
    """Singer tap for Facebook Ads: accounts, campaigns, ads and insights reports."""

    name = "tap-facebook"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA

    @cached_property
    def failures(self) -> Failures:
        """Accounts that failed so far."""
        return Failures()

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
    def client(self) -> FacebookClient:
        """The connection."""
        return FacebookClient(self.settings, self.logger)

    @cached_property
    def _accounts(self) -> dict[str, tuple[Node, str]]:
        return {}

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
