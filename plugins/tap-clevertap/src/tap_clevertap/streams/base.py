"""What the streams that are read by slices have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from line_tap.errors import ConfigError
from line_tap.stream import LineStream
from tap_clevertap.records import raw_records
from tap_clevertap.slices import Page, SliceReader
from tap_clevertap.streams.slice_run import SliceRun

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.records import Builder, Columns
    from tap_clevertap.slices import Read, Remark
    from tap_clevertap.tap import TapClevertap


class ClevertapStream(LineStream):
    """A stream of this tap."""

    @property
    def tap(self) -> TapClevertap:
        """The tap, by its own type."""
        return self._tap  # type: ignore[return-value]  # only this tap makes these streams


class ColumnStream(ClevertapStream):
    """A stream whose records come as fragments, one per column."""

    columns: ClassVar[Columns]

    def write_values(self, fields: tuple[bytes, ...]) -> None:
        """Write a record through the SDK."""
        self._write_record_message(self.columns.values(fields))


class CompanionStream(ClevertapStream):
    """What another stream writes along with its own records."""

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Return nothing: on its own this stream has nothing to tell."""
        del context
        return ()

    def write_schema(self) -> None:
        """Write this stream's SCHEMA."""
        self._write_schema_message()


class ReadsStream(CompanionStream):
    """The complete reads of another stream's slices."""

    replication_key = "read_at"

    @abstractmethod
    def days(self, piece: Slice) -> dict[str, Any]:
        """Return the properties that name a slice."""

    def write_row(self, read: Read, rows: int) -> None:
        """Write the row of a read that is complete."""
        row = {**self.days(read.slice), "read_at": read.read_at, "rows": rows}
        self._write_record_message(row)


class PartsStream(CompanionStream, ColumnStream):
    """Parts of another stream's records, each as a record of its own."""

    @abstractmethod
    def parts(self, fields: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
        """Yield the parts of a record."""


class SlicedStream(ColumnStream):
    """A stream that is read slice by slice, several at a time.

    State moves over whole slices only, after their records and their row in the stream of reads
    are written.

    Attributes:
        bookmark_key: What the state calls the day it has reached; None where all is read always.
    """

    bookmark_key: ClassVar[str | None] = None

    @abstractmethod
    def plan(self) -> list[Slice]:
        """Return the slices to read, each event's in the order of days."""

    @abstractmethod
    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield a slice's records, as JSON arrays; called by several threads."""

    @abstractmethod
    def builder(self, read: Read) -> Builder:
        """Return what makes the records of this read."""

    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        """Yield every planned slice's records, without writing or moving anything."""
        del context
        builders: dict[Slice, tuple[Read, Builder]] = {}
        with self.reader(self.plan(), Counter()) as reader:
            for message in reader:
                if isinstance(message, Page):
                    for fields in self.records(message, builders):
                        yield self.columns.values(fields)

    def get_batch_config(self, config: object) -> None:
        """Return no batches: a read's row must not overtake its records."""

    def first_day(self, lookback_days: int, event_name: str = "") -> date:
        """Return where to begin: so many days before the bookmark, or at the start date."""
        first, bookmark = self.tap.settings.first_day, self.bookmark(event_name)
        if bookmark is None:
            return first
        return max(first, min(bookmark, self.tap.account.last_day) - timedelta(lookback_days))

    def bookmark(self, event_name: str = "") -> date | None:
        """Return the last day that the state has for this event, or for all without a name.

        Raises:
            ConfigError: The state holds no day there.
        """
        value = self._bookmark_state(event_name).get("replication_key_value")
        try:
            return date.fromisoformat(value) if value is not None else None
        except (ValueError, TypeError):
            about = f" for {event_name!r}" if event_name else ""
            raise ConfigError(
                f"The state's bookmark of {self.name}{about} is {value!r}, not a day: remove it, "
                "or run a full refresh."
            ) from None

    def move_bookmark(self, event_name: str, reached: date) -> None:
        """Note in the state that all is read up to a day; it never moves back."""
        if self.bookmark_key is None:
            return
        before = self.bookmark(event_name)
        state = self.get_context_state({"event_name": event_name} if event_name else None)
        state["replication_key"] = self.bookmark_key
        state["replication_key_value"] = max(before or reached, reached).isoformat()

    def _bookmark_state(self, event_name: str) -> dict[str, Any]:
        if not event_name:
            return self.stream_state
        for partition in self.state_manager.get_state_partitions() or []:
            if partition["context"] == {"event_name": event_name}:
                return partition
        return {}

    @property
    def reads(self) -> ReadsStream | None:
        """The stream of this one's reads, if it is selected."""
        found = (child for child in self.child_streams if isinstance(child, ReadsStream))
        return next((child for child in found if child.selected), None)

    @property
    def parts(self) -> PartsStream | None:
        """The stream of this one's records' parts, if it is selected."""
        found = (child for child in self.child_streams if isinstance(child, PartsStream))
        return next((child for child in found if child.selected), None)

    def reader(self, slices: list[Slice], retries: Counter[str]) -> SliceReader:
        """Return the reader of these slices; `retries` is filled as its workers end."""
        workers = min(self.tap.settings.max_concurrency, max(len(slices), 1))
        return SliceReader(slices, self.pages, self.tap.new_client, workers, retries)

    def records(
        self, page: Page, builders: dict[Slice, tuple[Read, Builder]]
    ) -> Iterator[tuple[bytes, ...]]:
        """Yield a page's records; a slice read anew forgets what its abandoned read counted."""
        read, build = builders.get(page.read.slice, (None, None))
        if build is None or read is not page.read:
            build = self.builder(page.read)
            builders[page.read.slice] = (page.read, build)
        return map(build, raw_records(page.read, page.records))

    def check_limit(self, index: int) -> None:
        """Raise the SDK's error when a test shall end; `index` counts the records from 0."""
        self._check_max_record_limit(index)

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read the planned slices and write their messages."""
        del context, write_messages
        if not self.selected:
            self.logger.warning(
                "%s is not selected, so nothing that comes with it is written", self.name
            )
            return
        for companion in (self.reads, self.parts):
            if companion:
                companion.write_schema()
        with self.get_record_counter() as counter, self.get_sync_timer():
            run = SliceRun(self, self.plan())
            try:
                for rows in run.pages():
                    counter.increment(rows)
            finally:
                run.write_state()
                run.progress.summarise()
        yield from ()
