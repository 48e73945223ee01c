"""The Singer tap and its command."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from line_tap.errors import GaveUpError
from line_tap.tap import LineTap
from tap_googleads.catalogue import CLICKS, DAILY, ENTITIES
from tap_googleads.client import GoogleAdsClient
from tap_googleads.config_schema import CONFIG_SCHEMA
from tap_googleads.customers import Census
from tap_googleads.errors import CustomersError
from tap_googleads.settings import FAIL, Settings
from tap_googleads.streams.custom import custom_streams
from tap_googleads.streams.daily import ClicksStream, DailyStream
from tap_googleads.streams.entities import (
    ChangesStream,
    EntityStream,
    GeoTargetsStream,
    HierarchyStream,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_sdk import Stream

    from tap_googleads.customers import Customer, Reached


class TapGoogleAds(LineTap):
    """Singer tap for Google Ads: accounts, daily performance and queries of your own."""

    name = "tap-googleads"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_SCHEMA

    def discover_streams(self) -> Sequence[Stream]:
        """Return the streams; no request is made."""
        streams: list[Stream] = [HierarchyStream(self)]
        streams += [EntityStream(self, report) for report in ENTITIES]
        streams += [ChangesStream(self), GeoTargetsStream(self)]
        for report in DAILY:
            streams += DailyStream.of(self, report)
        if self.config.get("enable_click_view_report_stream"):
            streams += ClicksStream.of(self, CLICKS)
        return [*streams, *custom_streams(self, [stream.name for stream in streams])]

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
    def client(self) -> GoogleAdsClient:
        """The connection of this run."""
        return GoogleAdsClient(self.settings, self.logger)

    @property
    def customers(self) -> list[Reached]:
        """Whom to read: all that have not failed so far in this run."""
        failed = self._census.failed
        return [one for one in self._reached if one.customer.id not in failed]

    @property
    def managers(self) -> list[Reached]:
        """The managers that customers are reached by."""
        _ = self._reached
        return self._census.managers

    def fail_customer(self, customer: Customer, words: str) -> None:
        """Note that a customer cannot be read; the run goes on with the others."""
        self._census.failed[customer.id] = words
        self.logger.warning("Customer %s cannot be read: %s", customer, words)

    def give_up_customer(self, customer: Customer, words: str) -> None:
        """Note that a customer was tried for too long, which no setting allows."""
        self._gave_up.append(customer.id)
        self.fail_customer(customer, words.rstrip("."))

    def sync_all(self) -> None:  # type: ignore[misc]  # final, but only it knows the end of all
        """Sync all streams.

        Raises:
            GaveUpError: Some customers were tried for too long.
            CustomersError: Some customers could not be read (setting on_customer_error).
            TapError: Something could not be read.
        """
        try:
            super().sync_all()
        finally:
            self._report_requests()
        if self._census.failed:
            self._report_failed(self._census.failed)

    def _report_failed(self, failed: Mapping[str, str]) -> None:
        reasons = "; ".join(f"{customer_id} ({words})" for customer_id, words in failed.items())
        whole = "Not all customers could be read" if self.customers else "No customer could be read"
        summary = f"{whole}: {reasons}."
        if self.customers:
            summary += " The others were."
        if self._gave_up:
            raise GaveUpError(summary)
        if self.settings.on_customer_error == FAIL or not self.customers:
            raise CustomersError(summary)
        self.logger.warning("%s The setting on_customer_error allows it.", summary)

    @cached_property
    def _gave_up(self) -> list[str]:
        return []

    @cached_property
    def _census(self) -> Census:
        return Census(self.client, self.settings, self.logger)

    @cached_property
    def _reached(self) -> list[Reached]:
        found = self._census.take()
        for customer_id, words in self._census.failed.items():
            self.logger.warning("Customer %s cannot be read: %s", customer_id, words)
        return found

    def _report_requests(self) -> None:
        if "client" in self.__dict__:
            self.logger.info(
                "Requests: %s; tried again: %s",
                dict(self.client.requests),
                dict(self.client.retries),
            )
            self.client.close()
