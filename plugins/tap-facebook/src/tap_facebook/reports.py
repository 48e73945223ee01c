"""Definitions of insights reports: the items of the setting insight_reports_list."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from singer_sdk import typing as th

from line_tap.errors import ConfigError
from tap_facebook.fields import LEVELS, SELECTABLE, Kind, insight_fields
from tap_facebook.periods import MONTHLY, Buckets

DEFAULT = "default"
LARGEST_INCREMENT = 90
WINDOWS = ["1d_view", "1d_click", "7d_click", "28d_click"]
_REPORT_TIMES = ("impression", "conversion", "mixed", "lifetime")
_NAME = re.compile(r"[A-Za-z0-9_]+")
_WORDS = th.ArrayType(th.StringType)

REPORT_SCHEMA = th.ObjectType(
    th.Property(
        "name", th.StringType, required=True, description="The stream is adsinsights_<name>."
    ),
    th.Property("level", th.StringType, default="ad", allowed_values=list(LEVELS)),
    th.Property("breakdowns", _WORDS, default=[], description="Meta's names, e.g. age, gender."),
    th.Property("action_breakdowns", _WORDS, default=[], description="How actions are split."),
    th.Property(
        "time_increment_days",
        th.CustomType({"type": ["integer", "string", "null"]}),
        default=1,
        description="Days per row, 1 to 90 (counted from a Monday), or monthly.",
    ),
    th.Property("action_attribution_windows_view", th.StringType, default="1d_view"),
    th.Property("action_attribution_windows_click", th.StringType, default="7d_click"),
    th.Property(
        "action_attribution_windows",
        _WORDS,
        description="Any number of windows, in place of the two.",
    ),
    th.Property(
        "action_report_time", th.StringType, default="mixed", allowed_values=list(_REPORT_TIMES)
    ),
    th.Property(
        "lookback_window",
        th.IntegerType(minimum=0),
        default=28,
        description="Days that are read again, for what Meta restates.",
    ),
    th.Property("fields", _WORDS, description="Metrics to ask for, in place of the usual ones."),
)


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report as the settings define it; members as in `REPORT_SCHEMA`."""

    name: str
    level: str = "ad"
    breakdowns: list[str] = []
    action_breakdowns: list[str] = []
    time_increment_days: int | str = 1
    action_attribution_windows_view: str = "1d_view"
    action_attribution_windows_click: str = "7d_click"
    action_attribution_windows: list[str] | None = None
    action_report_time: str = "mixed"
    lookback_window: int = 28
    fields: list[str] | None = None

    @property
    def stream(self) -> str:
        """The name of its stream."""
        return f"adsinsights_{self.name}"

    @property
    def buckets(self) -> Buckets:
        """The days that its rows stand for."""
        return Buckets(self.time_increment_days)

    @property
    def key(self) -> list[str]:
        """What tells its rows apart."""
        ids = [] if self.level == "account" else [f"{self.level}_id"]
        return ["date_start", "account_id", *ids, *self.breakdowns]

    @property
    def asked(self) -> dict[str, Kind]:
        """The fields to ask for."""
        return insight_fields(self.level, self.breakdowns, self.fields)

    @property
    def columns(self) -> dict[str, Kind]:
        """What its rows hold: the fields, and a column for each breakdown."""
        return self.asked | dict.fromkeys(self.breakdowns, Kind.PART)

    @property
    def windows(self) -> list[str]:
        """The attribution windows to ask for."""
        if self.action_attribution_windows is not None:
            return self.action_attribution_windows
        return [self.action_attribution_windows_view, self.action_attribution_windows_click]

    def check(self) -> None:
        """Check what types cannot say.

        Raises:
            ConfigError: A member is wrong.
        """
        increment = self.time_increment_days
        for member, is_good, remedy in (
            ("name", _NAME.fullmatch(self.name), "use letters, digits and _"),
            ("level", self.level in LEVELS, f"use one of {', '.join(LEVELS)}"),
            (
                "time_increment_days",
                increment == MONTHLY
                or (isinstance(increment, int) and 1 <= increment <= LARGEST_INCREMENT),
                f"use 1 to {LARGEST_INCREMENT}, or {MONTHLY}",
            ),
            (
                "action_report_time",
                self.action_report_time in _REPORT_TIMES,
                f"use one of {', '.join(_REPORT_TIMES)}",
            ),
            ("lookback_window", self.lookback_window >= 0, "use 0 or more"),
            ("breakdowns", len(set(self.breakdowns)) == len(self.breakdowns), "name each once"),
            (
                "fields",
                set(self.fields or ()) <= set(SELECTABLE),
                "use metrics that the README lists",
            ),
        ):
            if not is_good:
                raise ConfigError(
                    f"The setting insight_reports_list has {member} {getattr(self, member)!r} in "
                    f"the report {self.name!r}: {remedy}."
                )
        if self.name == DEFAULT and (self.level != "ad" or self.breakdowns):
            raise ConfigError(
                "The setting insight_reports_list has a report 'default', which must be of level "
                "ad and without breakdowns: give it another name."
            )


def read_reports(given: Any) -> list[Report]:  # noqa: ANN401  # whatever the config holds
    """Read the setting insight_reports_list; `default` is always there, and first.

    Raises:
        ConfigError: It is wrong.
    """
    items = given or []
    try:
        # A member without a value is one that is not there.
        items = [{k: v for k, v in item.items() if v is not None} for item in items]
        reports = msgspec.convert(items, list[Report])
    except (msgspec.ValidationError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"The setting insight_reports_list is no list of reports: {error}."
        ) from None
    names = [report.name for report in reports]
    for report in reports:
        report.check()
        if names.count(report.name) > 1:
            raise ConfigError(
                f"The setting insight_reports_list has two reports named {report.name!r}."
            )
    if DEFAULT not in names:
        reports.insert(0, Report(name=DEFAULT, action_attribution_windows=WINDOWS))
    return reports
