"""Who is read: the customers, the manager that each is reached by, and their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from line_tap.errors import ConfigError
from tap_googleads.errors import CustomerError

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator

    from tap_googleads.client import GoogleAdsClient
    from tap_googleads.settings import Settings

_ENABLED = "ENABLED"
_FIELDS = ("id", "manager", "status", "time_zone", "descriptive_name")


class Customer(msgspec.Struct, frozen=True, rename="camel"):
    """A customer as `customer` and `customer_client` tell of it."""

    id: str
    manager: bool = False
    status: str = "UNKNOWN"
    time_zone: str = ""
    descriptive_name: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.descriptive_name})" if self.descriptive_name else self.id

    @property
    def zone(self) -> tzinfo:
        """Its time zone; UTC where Google names one that this machine does not know."""
        try:
            return ZoneInfo(self.time_zone)
        except (OSError, ValueError):
            return UTC


class _Row(msgspec.Struct, rename="camel"):
    customer: Customer | None = None
    customer_client: Customer | None = None


class _Batch(msgspec.Struct):
    results: list[_Row] = []


_batches = msgspec.json.Decoder(list[_Batch])


@dataclass(frozen=True, slots=True)
class Reached:
    """A customer that is to be read.

    Attributes:
        customer: The customer.
        manager: What goes into `login-customer-id`: the manager's id, never the customer's own
            (which Google refuses where the login has access to the manager only).
    """

    customer: Customer
    manager: str | None


class Census:
    """Finds out whom to read.

    Args:
        client: The connection.
        settings: The tap's.
        logger: For customers that are left out.

    Attributes:
        failed: Why customers cannot be read, by id.
        managers: The managers whose hierarchy was asked for, by id of the manager above.
    """

    def __init__(self, client: GoogleAdsClient, settings: Settings, logger: logging.Logger) -> None:
        self.failed: dict[str, str] = {}
        self.managers: list[Reached] = []
        self._client = client
        self._settings = settings
        self._logger = logger

    def take(self) -> list[Reached]:
        """Return the customers to read, in the order of the settings or of the hierarchy.

        Raises:
            ConfigError: There is none, or a manager is named.
            TapError: They cannot be asked for.
        """
        below = self._below_managers()
        chosen = self._settings.customers
        found = list(self._named(chosen, below)) if chosen else list(self._enabled(below))
        if not found and not self.failed:
            raise ConfigError(
                "There is no enabled customer to read: check the settings login_customer_id and "
                "customer_ids."
            )
        return found

    def _below_managers(self) -> list[Reached]:
        if manager := self._settings.manager:
            return self._below(manager)
        if self._settings.customers:
            return []
        found: list[Reached] = []
        for customer_id in self._client.accessible():
            try:
                found += self._below(customer_id)
            except CustomerError as error:
                self.failed[customer_id] = str(error)
        return found

    def _below(self, manager: str) -> list[Reached]:
        """The customers of a manager; of one that is none, itself alone."""
        names = ", ".join(f"customer_client.{name}" for name in _FIELDS)
        query = f"SELECT {names} FROM customer_client"  # noqa: S608  # no SQL
        try:
            rows = self._ask(manager, manager, query, f"the customers of {manager}")
        except CustomerError as error:
            if self._settings.manager:
                raise ConfigError(
                    f"The manager {manager} of the setting login_customer_id cannot be read: "
                    f"{error}."
                ) from None
            raise
        clients = [row.customer_client for row in rows if row.customer_client]
        own = next((one for one in clients if one.id == manager), None)
        is_manager = own is None or own.manager
        if is_manager:
            self.managers.append(Reached(own or Customer(manager, manager=True), manager))
        by_id = {one.id: one for one in clients}  # one may be below several managers
        reached_by = manager if is_manager or self._settings.manager else None
        return [Reached(one, reached_by) for one in by_id.values()]

    def _enabled(self, below: Iterable[Reached]) -> Iterator[Reached]:
        seen = set()
        for one in below:
            customer = one.customer
            if customer.manager or customer.id in seen:
                continue
            seen.add(customer.id)
            if customer.status == _ENABLED:
                yield one
            else:
                self._logger.info("Customer %s is left out: it is %s", customer, customer.status)

    def _named(self, chosen: Iterable[str], below: Iterable[Reached]) -> Iterator[Reached]:
        known = {one.customer.id: one for one in below}
        for customer_id in chosen:
            try:
                one = known.get(customer_id) or self._unknown(customer_id)
            except CustomerError as error:
                self.failed[customer_id] = str(error)
                continue
            if one.customer.manager:
                raise ConfigError(
                    f"The customer {one.customer} in customer_ids is a manager, which has no "
                    "numbers of its own: name the customers below it, or leave customer_ids out "
                    "and set login_customer_id to it."
                )
            yield one

    def _unknown(self, customer_id: str) -> Reached:
        names = ", ".join(f"customer.{name}" for name in _FIELDS)
        query = f"SELECT {names} FROM customer"  # noqa: S608  # no SQL
        manager = self._settings.manager
        rows = self._ask(customer_id, manager, query, f"the customer {customer_id}")
        found = next((row.customer for row in rows if row.customer), None)
        return Reached(found or Customer(customer_id), manager)

    def _ask(self, customer_id: str, manager: str | None, query: str, about: str) -> list[_Row]:
        read = _batches.decode
        batches = self._client.stream(customer_id, manager, query, read, about)
        return [row for batch in batches for row in batch.results]
