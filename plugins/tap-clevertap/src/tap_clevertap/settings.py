"""The tap's settings: their documentation and their checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
from singer_sdk import typing as th

from line_tap.checks import check_days, check_range, check_url, converted, day
from line_tap.errors import ConfigError
from tap_clevertap.reconciliation import MODES, NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

HOSTS = {
    "in1": "https://in1.api.clevertap.com",
    "sg1": "https://sg1.api.clevertap.com",
    "us1": "https://us1.api.clevertap.com",
    "aps3": "https://aps3.api.clevertap.com",
    "mec1": "https://mec1.api.clevertap.com",
    "eu1": "https://eu1.api.clevertap.com",
}
# CleverTap holds data in 23 buckets: a full page is 23 * floor(size / 23), and less than 23 is
# treated as no limit at all.
BUCKETS = 23
MAX_BATCH = 5000
MAX_CONCURRENCY = 3

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "account_id",
        th.StringType,
        required=True,
        title="Account id",
        description="The project's account id (Settings > Project in CleverTap).",
    ),
    th.Property(
        "passcode",
        th.StringType,
        required=True,
        secret=True,
        title="Passcode",
        description="A passcode of the account that may use the export APIs.",
    ),
    th.Property(
        "account_timezone",
        th.StringType,
        required=True,
        title="Account time zone",
        description=(
            "The account's time zone as an IANA name, e.g. Asia/Kolkata. Days and event times "
            "are the account's local ones in CleverTap."
        ),
    ),
    th.Property(
        "start_date",
        th.DateType,
        required=True,
        title="Start date",
        description="The first account-local day to read where there is no state, YYYY-MM-DD.",
    ),
    th.Property(
        "end_date",
        th.DateType,
        title="End date",
        description="The last account-local day to read, for backfills; without it, today.",
    ),
    th.Property(
        "region",
        th.StringType,
        default="eu1",
        allowed_values=list(HOSTS),
        title="Region",
        description="The account's region. A wrong one is answered like a wrong passcode.",
    ),
    th.Property(
        "api_url",
        th.StringType,
        title="API URL",
        description="The API's base URL, in place of the region's host.",
    ),
    th.Property(
        "event_names",
        th.ArrayType(th.StringType),
        title="Event names",
        description="The events to read, case-sensitive; without it, all that getSchema names.",
    ),
    th.Property(
        "lookback_days",
        th.IntegerType(minimum=0),
        default=3,
        title="Look-back days",
        description="How many days before the bookmark are read again, for late events.",
    ),
    th.Property(
        "profiles_event_name",
        th.StringType,
        default="App Launched",
        title="Profiles' event",
        description="Profiles are those who did this event, read day by day.",
    ),
    th.Property(
        "batch_size",
        th.IntegerType(minimum=BUCKETS, maximum=MAX_BATCH),
        default=4991,
        title="Batch size",
        description="Records per page, 23 to 5000; best a multiple of 23.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType(minimum=1, maximum=MAX_CONCURRENCY),
        default=MAX_CONCURRENCY,
        title="Concurrency",
        description="Slices read at a time, 1 to 3 (CleverTap's limit per account and API).",
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
        description="Seconds for which one failing request is tried again before the run fails.",
    ),
    th.Property(
        "reconcile_counts",
        th.StringType,
        default=NEVER,
        allowed_values=list(MODES),
        title="Reconcile counts",
        description=(
            "Whether each slice of events is compared with CleverTap's own count: never; warn "
            "where it differs; or fail at the end, the state not past what differs."
        ),
    ),
    th.Property(
        "reconcile_tolerance",
        th.NumberType(minimum=0),
        default=1,
        title="Reconcile tolerance",
        description=(
            "Per cent of the count by which a slice may differ, rounded up to whole events: "
            "some arrive between the two requests. 0 is exactly equal."
        ),
    ),
).to_dict()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, checked. Days are account-local."""

    account_id: str
    passcode: str
    account_timezone: str
    start_date: str
    end_date: str | None = None
    region: str = "eu1"
    api_url: str | None = None
    event_names: list[str] | None = None
    lookback_days: int = 3
    profiles_event_name: str = "App Launched"
    batch_size: int = 4991
    max_concurrency: int = MAX_CONCURRENCY
    request_timeout: float = 300
    max_retry_seconds: float = 900
    reconcile_counts: str = NEVER
    reconcile_tolerance: float = 1

    def __repr__(self) -> str:
        # The default would show the passcode.
        return f"Settings(account_id={self.account_id!r})"

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check a Singer config.

        Raises:
            ConfigError: A setting is missing or wrong; the message names it and not its value
                where that is secret.
        """
        given = {name: value for name, value in config.items() if value is not None}
        for name in ("account_id", "passcode", "account_timezone", "start_date"):
            if not str(given.get(name, "")).strip():
                raise ConfigError(f"The setting {name} is missing: {_described(name)}")
        settings = converted(given, cls)
        settings.check()
        return settings

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return _zone(self.account_timezone)

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
        return (self.api_url or HOSTS[self.region]).rstrip("/")

    def check(self) -> None:
        """Check what types cannot say.

        Raises:
            ConfigError: A setting is wrong.
        """
        _zone(self.account_timezone)
        check_days(self.first_day, self.last_day)
        if self.region not in HOSTS:
            raise ConfigError(
                f"The setting region is {self.region!r}: CleverTap's are {', '.join(HOSTS)}."
            )
        if self.api_url:
            check_url("api_url", self.api_url, "https://api.clevertap.com")
        for names, setting in (
            (self.event_names or [], "event_names"),
            ([self.profiles_event_name], "profiles_event_name"),
        ):
            if not all(name.strip() for name in names):
                raise ConfigError(f"The setting {setting} has an empty event name.")
        check_range("lookback_days", self.lookback_days, 0)
        check_range("batch_size", self.batch_size, BUCKETS, MAX_BATCH)
        check_range("max_concurrency", self.max_concurrency, 1, MAX_CONCURRENCY)
        check_range("request_timeout", self.request_timeout, 0.001)
        check_range("max_retry_seconds", self.max_retry_seconds, 0)
        check_range("reconcile_tolerance", self.reconcile_tolerance, 0)
        if self.reconcile_counts not in MODES:
            raise ConfigError(
                f"The setting reconcile_counts is {self.reconcile_counts!r}; it must be one of "
                f"{', '.join(MODES)}."
            )


def _described(name: str) -> str:
    text: str = CONFIG_SCHEMA["properties"][name]["description"]
    return text


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            f"The setting account_timezone is {name!r}: there is no such IANA time zone "
            "(as in Asia/Kolkata)."
        ) from None
