"""Insights reports, read window by window, with a bookmark per account."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from line_tap.errors import ConfigError
from tap_facebook.periods import oldest_day
from tap_facebook.records import Columns
from tap_facebook.schemas import READS, record_schema
from tap_facebook.streams.base import FacebookStream
from tap_facebook.windows import Rows, WindowReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_facebook.answers import Node
    from tap_facebook.reports import Report
    from tap_facebook.tap import TapFacebook
    from tap_facebook.windows import Message, Read

BEGUN_ON = "begun_on"
_BOOKMARK = "replication_key_value"


class InsightsStream(FacebookStream):
    """An insights report."""

    replication_key = "date_start"

    def __init__(self, tap: TapFacebook, report: Report) -> None:
        super().__init__(tap, record_schema(report.columns), report.stream)
        self.primary_keys = report.key
        ids = tuple(name for name in report.key if name not in report.breakdowns)
        self.columns = Columns(self.name, report.columns, ids)
        self._report = report

    @property
    def reads(self) -> ReadsStream | None:
        """The stream of this one's reads, if it is selected."""
        found = self.tap.streams.get(f"{self.name}_reads")
        return found if isinstance(found, ReadsStream) and found.selected else None

    def pages(self, account: str) -> Iterator[tuple[list[Node], str]]:
        """Yield the rows of all days that are to be read."""
        for message in self._messages(account):
            if isinstance(message, Rows):
                yield message.rows, message.read.read_at

    def read_account(self, account: str) -> Iterator[int]:
        """Write an account's windows, each followed by its reads and its state."""
        today = self.tap.client.today(self.tap.zone(account))
        if self.reads:
            self.reads.write_schema()
        rows: Counter[str] = Counter()
        written, current = 0, None
        for message in self._messages(account):
            if message.read is not current:
                rows, current = Counter(), message.read
            if isinstance(message, Rows):
                rows.update(_begins(message))
                count = self.write_nodes(message.rows, message.read.read_at, written)
                written += count
                yield count
            else:
                self._finish(account, message.read, rows, today)
        self.logger.info("%s of account %s: %d records", self.name, account, written)

    def _messages(self, account: str) -> Iterator[Message]:
        """Read the days from where the state says, or from the start date."""
        today = self.tap.client.today(self.tap.zone(account))
        first, last = self._days(account, today)
        self.logger.info("%s of account %s: reading %s to %s", self.name, account, first, last)
        return WindowReader(self.tap.client, account, self._report).read(first, last)

    def _days(self, account: str, today: date) -> tuple[date, date]:
        """The days to read: from where the state says, or from the start date.

        Raises:
            ConfigError: The start date is to come.
        """
        settings, buckets = self.tap.settings, self._report.buckets
        first = settings.first_day
        if first > today:
            raise ConfigError(
                f"The setting start_date is {first}, but in account {account} it is {today}: "
                "there is nothing to read yet."
            )
        done, begun_on = self._bookmark(account)
        if done and begun_on:
            lookback = timedelta(self._report.lookback_window)
            first = max(first, min(done + timedelta(days=1), begun_on - lookback))
        first, oldest = buckets.first(first), oldest_day(today)
        if first < oldest:
            self.logger.warning(
                "%s of account %s is read from %s on: Facebook serves no more than 37 months",
                self.name,
                account,
                oldest,
            )
            first = oldest if buckets.first(oldest) == oldest else buckets.following(oldest)
        return first, min(settings.last_day or today, today)

    def _bookmark(self, account: str) -> tuple[date | None, date | None]:
        """The last day done, and the day on which that reading was begun.

        Raises:
            ConfigError: The state holds no days there.
        """
        state = next(
            (
                partition
                for partition in self.state_manager.get_state_partitions() or []
                if partition["context"].get("account_id") == account
            ),
            {},
        )
        value = state.get(_BOOKMARK)
        try:
            done = date.fromisoformat(value[:10]) if value is not None else None
            begun = state.get(BEGUN_ON)
            # The hub's state does not tell: then it was begun on the last day that it has.
            return done, date.fromisoformat(begun) if begun is not None else done
        except (ValueError, TypeError):
            raise ConfigError(
                f"The state's bookmark of {self.name} for account {account} is {value!r}, not a "
                "day: remove it, or run a full refresh."
            ) from None

    def _finish(self, account: str, read: Read, rows: Counter[str], today: date) -> None:
        """Write a window's reads and the state that covers it."""
        if self.reads:
            for day in self._report.buckets.begins(read.window):
                self.reads.write_row(account, day, read, rows[day.isoformat()])
        self._move_bookmark(account, read.window.last, today)
        self.tap.state_writer.write_state(self.tap_state)

    def _move_bookmark(self, account: str, done: date, today: date) -> None:
        """Note in the state how far the account is read; it never moves back."""
        before, _ = self._bookmark(account)
        if before and done < before:
            return
        state = self.get_context_state({"account_id": account})
        state["replication_key"] = self.replication_key
        state[_BOOKMARK] = done.isoformat()
        state[BEGUN_ON] = today.isoformat()


class ReadsStream(FacebookStream):
    """The complete reads of a report: a day's row that is older than its last is gone."""

    primary_keys = ("account_id", "date_start", "read_at")
    replication_key = "read_at"

    def __init__(self, tap: TapFacebook, report: Report) -> None:
        super().__init__(tap, READS, f"{report.stream}_reads")
        self.parent_stream_type = InsightsStream  # so the SDK leaves it to the report's stream

    def pages(self, account: str) -> Iterator[tuple[list[Node], str]]:
        """Yield nothing: on its own this stream has nothing to tell."""
        del account
        yield from ()

    def write_schema(self) -> None:
        """Write this stream's SCHEMA."""
        self._write_schema_message()

    def write_row(self, account: str, day: date, read: Read, rows: int) -> None:
        """Write the row of a read that is complete."""
        row = {"account_id": account, "date_start": day.isoformat()}
        self._write_record_message({**row, "read_at": read.read_at, "rows": rows})


def _begins(message: Rows) -> Iterator[str]:
    """The first day of each row's bucket."""
    for row in message.rows:
        if "date_start" in row:
            yield bytes(row["date_start"]).decode().strip('"')
