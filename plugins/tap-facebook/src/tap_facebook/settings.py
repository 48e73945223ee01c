"""The tap's settings: their documentation and their checks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk import typing as th

from line_tap.checks import check_days, check_range, check_url, converted, day
from line_tap.errors import ConfigError
from tap_facebook.reports import REPORT_SCHEMA, Report, read_reports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LARGEST_PAGE = 5000
LARGEST_WINDOW = 1200
_VERSION = re.compile(r"v\d+\.\d+")
_DIGITS = re.compile(r"\d+")

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType,
        secret=True,
        title="Access token",
        description="A token with ads_read, best a system user's, which does not expire.",
    ),
    th.Property(
        "account_id",
        th.StringType,
        title="Account id",
        description="An ad account's id, with or without act_.",
    ),
    th.Property(
        "account_ids",
        th.ArrayType(th.StringType),
        title="Account ids",
        description="Several ad accounts' ids, with or instead of account_id.",
    ),
    th.Property(
        "access_tokens",
        th.ObjectType(additional_properties=th.StringType),
        secret=True,
        title="Access tokens",
        description="Account id to token, for accounts that another token reads.",
    ),
    th.Property(
        "start_date",
        th.DateType,
        title="Start date",
        description="The first day of insights to read where there is no state; required.",
    ),
    th.Property(
        "end_date",
        th.DateType,
        title="End date",
        description="The last day of insights to read, for backfills; without it, today.",
    ),
    th.Property(
        "insight_reports_list",
        th.ArrayType(REPORT_SCHEMA),
        default=[],
        title="Insights reports",
        description="The reports to read, beside `default` (by ad and day).",
    ),
    th.Property(
        "api_version",
        th.StringType,
        default="v26.0",
        title="API version",
        description="The Marketing API's version.",
    ),
    th.Property(
        "api_url",
        th.StringType,
        default="https://graph.facebook.com",
        title="API URL",
        description="The API's base URL.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(minimum=1, maximum=LARGEST_PAGE),
        default=500,
        title="Page size",
        description="Records per page, 1 to 5000; fewer are asked for when Facebook wants so.",
    ),
    th.Property(
        "window_days",
        th.IntegerType(minimum=1, maximum=LARGEST_WINDOW),
        default=30,
        title="Window",
        description="Days of insights asked for at once; halved where that is too much.",
    ),
    th.Property(
        "request_timeout",
        th.NumberType(exclusive_minimum=0),
        default=300,
        title="Request time-out",
        description="Seconds to wait for an answer before the request is tried again.",
    ),
    th.Property(
        "max_retry_seconds",
        th.NumberType(minimum=0),
        default=900,
        title="Retry time",
        description="Seconds for which one failing request is tried again, or a report run that "
        "does not get on is waited for.",
    ),
    th.Property(
        "max_limit_seconds",
        th.NumberType(minimum=0),
        default=7200,
        title="Limit time",
        description="Seconds for which one request waits for a limit of Facebook's to be lifted.",
    ),
    th.Property(
        "usage_threshold",
        th.NumberType(minimum=1, maximum=100),
        default=75,
        title="Usage threshold",
        description="Per cent of a limit from which on the tap slows down.",
    ),
).to_dict()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, checked. Days are the account's own."""

    start_date: str
    access_token: str | None = None
    account_id: str | None = None
    account_ids: list[str] = []
    access_tokens: dict[str, str] = {}
    end_date: str | None = None
    insight_reports_list: Any = None
    api_version: str = "v26.0"
    api_url: str = "https://graph.facebook.com"
    page_size: int = 500
    window_days: int = 30
    request_timeout: float = 300
    max_retry_seconds: float = 900
    max_limit_seconds: float = 7200
    usage_threshold: float = 75

    def __repr__(self) -> str:
        # The default would show the tokens.
        return f"Settings(accounts={self.accounts!r})"

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check a Singer config.

        Raises:
            ConfigError: A setting is missing or wrong; the message names it and not its value
                where that is secret.
        """
        given = {name: value for name, value in config.items() if value not in (None, "")}
        for name in ("account_ids", "access_tokens"):
            if isinstance(given.get(name), str):
                given[name] = _parsed(name, given[name])
        if "start_date" not in given:
            raise ConfigError("The setting start_date is missing: the first day to read.")
        settings = converted(given, cls)
        settings.check()
        return settings

    @property
    def accounts(self) -> list[str]:
        """The accounts' bare numbers, each once."""
        ids = [*([self.account_id] if self.account_id else []), *self.account_ids]
        return list(dict.fromkeys(one.strip().removeprefix("act_") for one in ids))

    @property
    def first_day(self) -> date:
        """The setting start_date."""
        return day("start_date", self.start_date)

    @property
    def last_day(self) -> date | None:
        """The setting end_date."""
        return day("end_date", self.end_date) if self.end_date else None

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self.api_url.rstrip("/")

    @property
    def reports(self) -> list[Report]:
        """The setting insight_reports_list, and the report that is always there."""
        return read_reports(self.insight_reports_list)

    def token(self, account: str) -> tuple[str, str]:
        """Return the token that reads an account, and the setting that holds it."""
        for name, token in self.access_tokens.items():
            if name.strip().removeprefix("act_") == account:
                return token.strip(), f"access_tokens (of account {account})"
        return (self.access_token or "").strip(), "access_token"

    def check(self) -> None:
        """Check what types cannot say.

        Raises:
            ConfigError: A setting is wrong.
        """
        self._check_accounts()
        check_days(self.first_day, self.last_day)
        if not _VERSION.fullmatch(self.api_version):
            raise ConfigError(
                f"The setting api_version is {self.api_version!r}, not a version such as v26.0."
            )
        check_url("api_url", self.api_url, "https://graph.facebook.com")
        check_range("page_size", self.page_size, 1, LARGEST_PAGE)
        check_range("window_days", self.window_days, 1, LARGEST_WINDOW)
        check_range("request_timeout", self.request_timeout, 0.001)
        check_range("max_retry_seconds", self.max_retry_seconds, 0)
        check_range("max_limit_seconds", self.max_limit_seconds, 0)
        check_range("usage_threshold", self.usage_threshold, 1, 100)
        read_reports(self.insight_reports_list)

    def _check_accounts(self) -> None:
        if not self.accounts:
            raise ConfigError("Neither account_id nor account_ids is set: which ad accounts?")
        for account in self.accounts:
            if not _DIGITS.fullmatch(account):
                raise ConfigError(
                    f"The setting account_ids has {account!r}: an ad account's id is a number, "
                    "with or without act_."
                )
            if not self.token(account)[0]:
                raise ConfigError(
                    f"No token for the account {account}: set access_token, or access_tokens."
                )


def _parsed(name: str, text: str) -> object:
    """A list or an object that came as text, as from an environment variable."""
    try:
        return json.loads(text)
    except ValueError:
        if name == "account_ids":
            return text.replace(",", " ").split()
        raise ConfigError(f"The setting {name} is not valid JSON.") from None
