"""The tap's settings and their checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from line_tap.checks import check_days, check_range, check_url, converted, day
from line_tap.errors import ConfigError
from tap_googleads.config_schema import CONFIG_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

API_URL = "https://googleads.googleapis.com"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105  # where, not what
FAIL, WARN = "fail", "warn"
_CUSTOMER = re.compile(r"\d{10}")
_STREAM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class OAuthCredentials(msgspec.Struct, frozen=True):
    """A user's login."""

    client_id: str | None = None
    client_secret: str | None = None
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "OAuthCredentials()"  # the default would show them


class CustomQuery(msgspec.Struct, frozen=True):
    """One of the setting custom_queries, in the hub's form."""

    name: str
    query: str
    add_date_filter_to_query: bool = True
    primary_keys: list[str] | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, checked. Days are the customer's own."""

    developer_token: str
    start_date: str
    oauth_credentials: OAuthCredentials = OAuthCredentials()
    service_account: str | dict[str, Any] | None = None
    service_account_file: str | None = None
    login_customer_id: str | None = None
    customer_ids: list[str] | None = None
    customer_id: str | None = None
    end_date: str | None = None
    custom_queries: list[CustomQuery] = []
    enable_click_view_report_stream: bool = False
    api_version: str = "v26"
    api_url: str = API_URL
    token_uri: str | None = None
    lookback_days: int = 30
    on_customer_error: str = FAIL
    request_timeout: float = 300
    max_retry_seconds: float = 900

    def __repr__(self) -> str:
        return f"Settings(login_customer_id={self.login_customer_id!r})"  # not the secrets

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check a Singer config.

        Raises:
            ConfigError: A setting is missing or wrong; the message names it and not its value
                where that is secret.
        """
        # An empty variable of the environment is a setting that is not set.
        given = {name: value for name, value in config.items() if value is not None and value != ""}
        for name in ("developer_token", "start_date"):
            if not str(given.get(name, "")).strip():
                raise ConfigError(f"The setting {name} is missing: {_described(name)}")
        settings = converted(given, cls)
        settings.check()
        return settings

    @property
    def first_day(self) -> date:
        """The setting start_date."""
        return day("start_date", self.start_date)

    @property
    def last_day(self) -> date | None:
        """The setting end_date."""
        return day("end_date", self.end_date) if self.end_date else None

    @property
    def manager(self) -> str | None:
        """The setting login_customer_id, digits only."""
        return _customer("login_customer_id", self.login_customer_id)

    @property
    def customers(self) -> list[str]:
        """The settings customer_ids and customer_id, each once, digits only."""
        given = [*(self.customer_ids or []), *([self.customer_id] if self.customer_id else [])]
        names = ("customer_ids" if self.customer_ids else "customer_id" for _ in given)
        found = [_customer(name, one) for name, one in zip(names, given, strict=True)]
        return list(dict.fromkeys(one for one in found if one))

    @property
    def service_account_info(self) -> dict[str, Any] | None:
        """A service account's key file, decoded; None for a user's login.

        Raises:
            ConfigError: It cannot be read, or is no such key.
        """
        if self.service_account_file:
            return _key_file(self.service_account_file)
        if isinstance(self.service_account, str):
            return _key(self.service_account, "service_account")
        return self.service_account

    def check(self) -> None:
        """Check what types cannot say.

        Raises:
            ConfigError: A setting is wrong.
        """
        check_days(self.first_day, self.last_day)
        _ = self.manager, self.customers
        self._check_login()
        self._check_names()
        check_url("api_url", self.api_url, API_URL)
        if self.token_uri:
            check_url("token_uri", self.token_uri, API_URL)
        if not re.fullmatch(r"v\d+", self.api_version):
            raise ConfigError(f"The setting api_version is {self.api_version!r}, not as in v26.")
        if self.on_customer_error not in {FAIL, WARN}:
            raise ConfigError(
                f"The setting on_customer_error is {self.on_customer_error!r}; it must be "
                f"{FAIL} or {WARN}."
            )
        check_range("lookback_days", self.lookback_days, 0)
        check_range("request_timeout", self.request_timeout, 0.001)
        check_range("max_retry_seconds", self.max_retry_seconds, 0)

    def _check_login(self) -> None:
        if self.service_account_info is not None:
            return
        for name in ("client_id", "client_secret", "refresh_token"):
            if not getattr(self.oauth_credentials, name):
                raise ConfigError(
                    f"The setting oauth_credentials.{name} is missing: set it, or log in with "
                    "service_account or service_account_file."
                )

    def _check_names(self) -> None:
        names = [query.name for query in self.custom_queries]
        for name in names:
            if not _STREAM_NAME.fullmatch(name):
                raise ConfigError(
                    f"The setting custom_queries has the name {name!r}; a stream's name is of "
                    "letters, digits and underscores and begins with a letter."
                )
        if len({name.lower() for name in names}) < len(names):
            raise ConfigError("The setting custom_queries has a name twice.")


def custom_queries(config: Mapping[str, Any]) -> list[CustomQuery]:
    """The setting custom_queries of a config that may be incomplete, as at discovery.

    Raises:
        ConfigError: It has another form.
    """
    given = {"custom_queries": list(config.get("custom_queries") or [])}
    return converted(given, _Queries).custom_queries


class _Queries(msgspec.Struct):
    custom_queries: list[CustomQuery]


def _described(name: str) -> str:
    words: str = CONFIG_SCHEMA["properties"][name]["description"]
    return words


def _customer(setting: str, value: str | None) -> str | None:
    digits = (value or "").replace("-", "").strip()
    if not digits:
        return None
    if not _CUSTOMER.fullmatch(digits):
        raise ConfigError(f"The setting {setting} has {value!r}; a customer id has ten digits.")
    return digits


def _key_file(path: str) -> dict[str, Any]:
    try:
        text = Path(path).expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text"
        raise ConfigError(
            f"The setting service_account_file names {path}, which cannot be read: {reason}."
        ) from None
    return _key(text, "service_account_file")


def _key(text: str, setting: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict) or found.get("type") != "service_account":
        raise ConfigError(
            f"The setting {setting} is not a service account's key file: JSON whose type is "
            "service_account."
        )
    return found
