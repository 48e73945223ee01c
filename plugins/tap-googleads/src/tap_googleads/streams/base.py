"""What all streams have in common: customers one after another, records as they come."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from line_tap.clock import utc_now
from line_tap.errors import GaveUpError
from line_tap.stream import LineStream
from tap_googleads.errors import AnswerError, CustomerError
from tap_googleads.fields import field_schema, property_name
from tap_googleads.records import RowReader, lines, plain, split

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_googleads.customers import Reached
    from tap_googleads.records import Record
    from tap_googleads.tap import TapGoogleAds

CUSTOMER = "customer__id"
_INSTANT: dict[str, Any] = {"type": ["string"], "format": "date-time"}


def query_schema(
    fields: Sequence[str], keys: Sequence[str], *, by_customer: bool
) -> dict[str, Any]:
    """The JSON schema of a query's records."""
    properties: dict[str, Any] = {CUSTOMER: {"type": ["integer"]}} if by_customer else {}
    for field in fields:
        is_key = field in keys or property_name(field) == CUSTOMER
        properties[property_name(field)] = field_schema(field, is_key=is_key)
    properties["read_at"] = _INSTANT
    return {"type": "object", "properties": properties}


class GoogleAdsStream(LineStream):
    """A stream of this tap."""

    @property
    def tap(self) -> TapGoogleAds:
        """The tap, by its own type."""
        return self._tap  # type: ignore[return-value]  # only this tap makes these streams


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's answer.

    Attributes:
        about: What was asked, for a person.
        read_at: When the read began.
        size: In bytes.
        rows: Its batches, not yet decoded.
        read: Makes records of a batch.
    """

    about: str
    read_at: str
    size: int
    rows: list[msgspec.Raw]
    read: Callable[[msgspec.Raw], list[Record]]

    def batches(self) -> Iterator[list[Record]]:
        """Yield the records, batch by batch.

        Raises:
            AnswerError: A value has another type than its field.
        """
        for rows in self.rows:
            try:
                yield self.read(rows)
            except msgspec.ValidationError as error:
                raise AnswerError(
                    f"Google's answer for {self.about} has another form than expected ({error})."
                ) from None


class QueryStream(GoogleAdsStream):
    """A stream whose records are the rows of a query.

    Args:
        tap: The tap.
        name: The stream's name.
        fields: What the query selects.
        keys: Those of them that make the key.
        by_customer: Whether the customer belongs to the key.
    """

    def __init__(
        self,
        tap: TapGoogleAds,
        name: str,
        fields: Sequence[str],
        keys: Sequence[str],
        *,
        by_customer: bool = True,
    ) -> None:
        super().__init__(tap, query_schema(fields, keys, by_customer=by_customer), name)
        own = [property_name(key) for key in keys]
        self.primary_keys = tuple(dict.fromkeys([CUSTOMER, *own] if by_customer else own))
        self._by_customer = by_customer
        self._reader = RowReader(fields, keys)
        self._rows = 0

    @abstractmethod
    def sync_customer(self, reached: Reached) -> Iterator[int]:
        """Write all of a customer; yield how many records were written, now and then.

        Raises:
            CustomerError: The customer cannot be read.
        """

    def customers(self) -> list[Reached]:
        """Whom to read."""
        return self.tap.customers

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Return nothing: records are written window by window, see `sync_customer`."""
        del context
        return ()

    def get_batch_config(self, config: object) -> None:
        """Return no batches: a window's reads must not overtake its records."""

    def ask(self, reached: Reached, query: str, about: str, *, divisible: bool = False) -> Answer:
        """Return the answer to a query, which has come whole."""
        read_at = utc_now()
        customer_id = reached.customer.id
        words = f"{self.name} of customer {reached.customer}{about}"
        batches, size = self.tap.client.stream(
            customer_id,
            reached.manager,
            query,
            lambda body: (split(body), len(body)),
            words,
            divisible=divisible,
        )
        constants: Record = {CUSTOMER: int(customer_id)} if self._by_customer else {}
        constants["read_at"] = read_at
        return Answer(words, read_at, size, batches, partial(self._read, constants))

    def _read(self, constants: Record, rows: msgspec.Raw) -> list[Record]:
        return self._reader.read(rows, constants)

    def write(self, records: list[Record], extracted_at: str) -> int:
        """Write a batch of records; return how many."""
        if self.writes_lines:
            self.tap.line_writer.write_lines(lines(self.name, records, extracted_at))
        else:
            for record in records:
                self._check_max_record_limit(self._rows)
                self._write_record_message(plain(record))
                self._rows += 1
        return len(records)

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read the customers and write their messages; one that cannot be read is noted."""
        del context, write_messages
        if not self.selected:
            return
        with self.get_record_counter() as counter, self.get_sync_timer():
            for reached in self.customers():
                try:
                    for rows in self.sync_customer(reached):
                        counter.increment(rows)
                except CustomerError as error:
                    self.tap.fail_customer(reached.customer, str(error))
                except GaveUpError as error:
                    self.tap.give_up_customer(reached.customer, str(error))
        yield from ()
