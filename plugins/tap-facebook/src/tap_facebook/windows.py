"""A report read window by window: as many days at once as Facebook bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_tap.clock import utc_now
from tap_facebook.errors import AnswerError, CursorLostError, RunLostError, TooMuchDataError
from tap_facebook.graph import insights, report_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from tap_facebook.answers import Node
    from tap_facebook.client import FacebookClient
    from tap_facebook.periods import Window
    from tap_facebook.reports import Report

    Source = Callable[[FacebookClient, str, Report, Window], Iterator[list[Node]]]

MAX_READS = 5
# After so many windows that went well, twice as many days are tried again.
_GOOD_BEFORE_MORE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One attempt to read a window whole; `read_at` is when it began (RFC 3339 UTC)."""

    window: Window
    read_at: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a read, as the API gave them."""

    read: Read
    rows: list[Node]


@dataclass(frozen=True, slots=True)
class Finished:
    """The read is complete: all its rows came before this."""

    read: Read


Message = Rows | Finished


class WindowReader:
    """Reads an account's days of a report.

    Args:
        client: The connection.
        account: Bare number.
        report: What to read.
    """

    def __init__(self, client: FacebookClient, account: str, report: Report) -> None:
        self._client, self._account, self._report = client, account, report
        self._days = self._most = client.settings.window_days
        self._good = 0

    def read(self, first: date, last: date) -> Iterator[Message]:
        """Yield the rows of all days, in the order of windows; `first` begins a bucket.

        Raises:
            TapError: Something could not be read.
        """
        buckets = self._report.buckets
        while first <= last:
            window = buckets.window(first, last, self._days)
            try:
                yield from self._attempts(window, insights)
            except TooMuchDataError as error:
                if halves := buckets.halves(window):
                    self._shrink(halves[0], error)
                    continue
                self._note("asking for a report run", window, error)
                yield from self._attempts(window, report_run)
            else:
                self._grow()
            first = buckets.following(window.last)

    def _attempts(self, window: Window, source: Source) -> Iterator[Message]:
        """Read a window, anew where its pages or its report run are lost.

        Every attempt has a new `read_at`, so that what an abandoned one brought counts as older.
        """
        for _ in range(MAX_READS):
            read = Read(window, utc_now())
            try:
                for rows in source(self._client, self._account, self._report, window):
                    yield Rows(read, rows)
            except (CursorLostError, RunLostError) as error:
                words = str(error)
                self._note("starting anew", window, error)
            else:
                yield Finished(read)
                return
        raise AnswerError(
            f"{self._report.stream} of account {self._account} could not be read for {window}: "
            f"it was begun {MAX_READS} times, at last {words!r}. Ask for less (settings "
            "insight_reports_list, window_days) or try later."
        )

    def _shrink(self, half: Window, error: Exception) -> None:
        self._days, self._good = (half.last - half.first).days + 1, 0
        self._note(f"asking for {self._days} days at once", half, error)

    def _grow(self) -> None:
        self._good += 1
        if self._good >= _GOOD_BEFORE_MORE:
            self._days, self._good = min(2 * self._days, self._most), 0

    def _note(self, remedy: str, window: Window, error: Exception) -> None:
        self._client.note(
            remedy, f"{self._report.stream} of account {self._account}", window, error
        )
