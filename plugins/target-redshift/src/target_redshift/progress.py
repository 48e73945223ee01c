"""What the log says while rows come in: counts, never content."""

import logging
import time
from collections import Counter

from target_redshift.errors import printable

_EVERY_SECONDS = 5.0
_MOST_STREAMS = 5
_log = logging.getLogger("target-redshift")


class Progress:
    """Counts per stream, told every few seconds and at the end.

    Attributes:
        rows: Rows that were handed to the warehouse.
        changed: Rows in which something was changed.
        rejected: Records that were put aside.
        refused: Those of them that the database refused; the writer's thread counts them.
    """

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._started = time.monotonic()
        self._told = self._started

    def tell(self) -> None:
        """Log the state of things, if it was not done just now."""
        now = time.monotonic()
        if now - self._told >= _EVERY_SECONDS:
            self._told = now
            _log.info(
                "Read %d rows so far, %d rows/s: %s",
                self.rows.total(),
                self.rows.total() / (now - self._started),
                self._per_stream(self.rows, most=_MOST_STREAMS),
            )

    def conclude(self) -> None:
        """Log what was loaded, when the writer's thread has ended."""
        self.rejected += self.refused
        self.rows -= self.refused
        seconds = time.monotonic() - self._started
        _log.info(
            "Loaded %d rows in %.1f s: %s",
            self.rows.total(),
            seconds,
            self._per_stream(self.rows) or "no stream had rows",
        )
        if self.changed:
            _log.warning(
                "%d rows are not quite what the source sent, their _sdc_meta says why: %s",
                self.changed.total(),
                self._per_stream(self.changed),
            )
        if self.rejected:
            _log.warning(
                "Put %d invalid records into tables named <stream>__rejected: %s",
                self.rejected.total(),
                self._per_stream(self.rejected),
            )

    @staticmethod
    def _per_stream(counts: Counter[str], *, most: int | None = None) -> str:
        told = [f"{printable(stream)} {rows}" for stream, rows in counts.most_common(most)]
        if len(told) < len(counts):
            told.append(f"{len(counts) - len(told)} streams more")
        return ", ".join(told)
