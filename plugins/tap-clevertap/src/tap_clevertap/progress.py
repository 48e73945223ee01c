"""How a long read gets on, for the log."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

_LOG_SECONDS = 5.0


class Progress:
    """Counts records and slices; logs every few seconds and at the end.

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
        self._rows_by_event: Counter[str] = Counter()
        self._skipped: dict[str, str] = {}
        self._began = self._logged = time.monotonic()

    def add(self, event_name: str, rows: int) -> None:
        """Count a page."""
        self.rows += rows
        self._rows_by_event[event_name] += rows
        self._log_now_and_then()

    def finish_slice(self) -> None:
        """Count a slice."""
        self._done += 1
        self._log_now_and_then()

    def skip(self, event_name: str, words: str) -> None:
        """Remember, once, that an event is left out."""
        if event_name not in self._skipped:
            self._skipped[event_name] = words
            self._logger.warning("Event %r is left out: CleverTap says %r", event_name, words)

    def summarise(self) -> None:
        """Log what was read, skipped and tried again."""
        self._log()
        for event_name, rows in self._rows_by_event.items():
            self._logger.info("%s: %r: %d records", self._stream, event_name, rows)
        if self._skipped:
            names = ", ".join(repr(name) for name in self._skipped)
            self._logger.warning("%s: left out, not exported: %s", self._stream, names)
        if self.retries:
            kinds = ", ".join(f"{kind} {times}" for kind, times in self.retries.most_common())
            self._logger.info("%s: tried again: %s", self._stream, kinds)

    def _log_now_and_then(self) -> None:
        if time.monotonic() - self._logged >= _LOG_SECONDS:
            self._log()

    def _log(self) -> None:
        self._logged = time.monotonic()
        seconds = self._logged - self._began
        self._logger.info(
            "%s: slice %d of %d, %d records in %.0f s (%.0f a second)",
            self._stream,
            self._done,
            self._slices,
            self.rows,
            seconds,
            self.rows / seconds if seconds else 0,
        )
