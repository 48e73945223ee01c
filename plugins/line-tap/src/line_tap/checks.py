"""Checks of settings that several taps have; each error names the setting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from line_tap.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

Settings = TypeVar("Settings", bound=msgspec.Struct)


def converted(given: Mapping[str, object], kind: type[Settings]) -> Settings:
    """Make a struct of settings; text stands for numbers, as in environment variables.

    Raises:
        ConfigError: One has the wrong type.
    """
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        # msgspec names the type and the place, never the value.
        place = str(error).rpartition("`$.")[2].rstrip("`")
        raise ConfigError(f"The setting {place} has the wrong type: {error}.") from None


def day(setting: str, value: str) -> date:
    """Read a day; a time of day behind it does not matter.

    Raises:
        ConfigError: It is none.
    """
    text, _, _time = value.partition("T")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"The setting {setting} is {value!r}, not a day as YYYY-MM-DD.") from None


def check_days(first: date, last: date | None) -> None:
    """Check start_date and end_date against each other.

    Raises:
        ConfigError: The last day is before the first.
    """
    if last and last < first:
        raise ConfigError(f"The setting end_date ({last}) is before start_date ({first}).")


def check_url(setting: str, url: str, example: str) -> None:
    """Check that a URL has a host, and no login.

    Raises:
        ConfigError: It is not such a URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ConfigError(f"The setting {setting} is not a URL such as {example}.")


def check_range(setting: str, value: float, low: float, high: float | None = None) -> None:
    """Check that a number lies between two others, both included.

    Raises:
        ConfigError: It does not.
    """
    if value < low or (high is not None and value > high):
        allowed = f"from {low} to {high}" if high is not None else f"{low} or more"
        raise ConfigError(f"The setting {setting} is {value}; it must be {allowed}.")
