"""How a long read gets on, for the log."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

    from tap_clevertap.endpoints import Slice
    from tap_clevertap.reconciliation import Difference
    from tap_clevertap.slices import NoResult

# The first line soon, then ever fewer: a run of hours fills no log.
_FIRST_SECONDS, _LONGEST_SECONDS = 5.0, 60.0


class Progress:
    """Counts records and slices; logs now and then, and at the end.

    Attributes:
        rows: Records written so far.
        retries: How often something was tried again, by kind; the readers fill it.
    """

    def __init__(self, stream: str, slices: int, logger: logging.Logger) -> None:
        self.rows = 0
        self.retries: Counter[str] = Counter()
        self._stream = stream
        self._slices = slices
        self._logger = logger
        self._done = 0
        self._latest: Slice | None = None
        self._rows_by_event: Counter[str] = Counter()
        self._skipped: dict[str, str] = {}
        self._without_result: list[str] = []
        self._differences = 0
        self._pause = _FIRST_SECONDS
        self._began = self._logged = time.monotonic()
        self._rows_logged = 0

    def add(self, piece: Slice, rows: int) -> None:
        """Count a page."""
        self.rows += rows
        self._latest = piece
        self._rows_by_event[piece.event_name] += rows

    def finish_slice(self) -> None:
        """Count a slice."""
        self._done += 1

    def skip(self, event_name: str, words: str) -> None:
        """Remember, once, that an event is left out."""
        if event_name not in self._skipped:
            self._skipped[event_name] = words
            self._logger.warning("Event %r is left out: CleverTap says %r", event_name, words)

    def leave_out(self, missing: NoResult) -> None:
        """Remember that a campaign has no result yet."""
        self._without_result.append(missing.campaign)
        self._logger.info("Campaign %s has no result yet: %r", missing.campaign, missing.words)

    def warn_of(self, difference: Difference) -> None:
        """Say that a slice's number is not CleverTap's own."""
        self._differences += 1
        self._logger.warning("CleverTap counts another number than was read for %s", difference)

    def log_now_and_then(self) -> None:
        """Log if the last line is a while ago; to be called often."""
        if time.monotonic() - self._logged >= self._pause:
            self._pause = min(2 * self._pause, _LONGEST_SECONDS)
            self._log()

    def summarise(self) -> None:
        """Log what was read, left out and tried again."""
        self._log()
        for event_name, rows in self._rows_by_event.items():
            if event_name:
                self._logger.info("%s: %r: %d records", self._stream, event_name, rows)
        if self._skipped:
            names = ", ".join(repr(name) for name in self._skipped)
            self._logger.warning("%s: left out, not exported: %s", self._stream, names)
        if self._without_result:
            names = ", ".join(self._without_result)
            total = len(self._without_result)
            self._logger.info(
                "%s: left out, %d without a result yet: %s", self._stream, total, names
            )
        if self._differences:
            self._logger.warning(
                "%s: %d slices differ from CleverTap's own counts", self._stream, self._differences
            )
        if self.retries:
            kinds = ", ".join(f"{kind} {times}" for kind, times in self.retries.most_common())
            self._logger.info("%s: tried again: %s", self._stream, kinds)

    def _log(self) -> None:
        now = time.monotonic()
        self._logger.info(
            "%s: slice %d of %d, %d records in %.0f s, %.0f a second (%.0f of late), last %s",
            self._stream,
            self._done,
            self._slices,
            self.rows,
            now - self._began,
            _rate(self.rows, now - self._began),
            _rate(self.rows - self._rows_logged, now - self._logged),
            self._latest or "nothing",
        )
        self._logged, self._rows_logged = now, self.rows


def _rate(rows: int, seconds: float) -> float:
    return rows / seconds if seconds else 0
