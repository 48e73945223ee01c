"""Slices read by several workers, and how far the state may move."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from line_tap.clock import utc_now
from tap_clevertap.client import MAX_RESTARTS
from tap_clevertap.endpoints import Slice
from tap_clevertap.errors import AnswerError, CursorLostError, ExportNotAllowedError, StoppedError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator

    from tap_clevertap.client import ClevertapClient

_PAGES_WAITING = 4
_LOOK_UP_SECONDS = 0.2
_JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One attempt to read a slice whole; `read_at` is when it began (RFC 3339 UTC)."""

    slice: Slice
    read_at: str


@dataclass(frozen=True, slots=True)
class Page:
    """A JSON array of records, fetched at `extracted_at`."""

    read: Read
    records: bytes
    extracted_at: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The read is complete: all its pages came before this."""

    read: Read


@dataclass(frozen=True, slots=True)
class Skipped:
    """CleverTap does not export this slice's event."""

    slice: Slice
    words: str


@dataclass(frozen=True, slots=True)
class Counted:
    """CleverTap's own number of the slice's records."""

    slice: Slice
    count: int


@dataclass(frozen=True, slots=True)
class NoResult:
    """A campaign of the slice has no result yet."""

    campaign: str
    words: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing has come for a while."""


Remark = Counted | NoResult
Message = Page | Finished | Skipped | Remark | Waiting

if TYPE_CHECKING:
    # Reads a slice from its first request; called in a worker, again for every read.
    SliceSource = Callable[[ClevertapClient, Slice], Iterator[bytes | Remark]]


def split_days(first: date, last: date, days: int = 1, event_name: str = "") -> list[Slice]:
    """Return slices of that many days, the last one shorter; none if `first` is after `last`."""
    begins = [first + timedelta(n) for n in range(0, (last - first).days + 1, days)]
    return [Slice(day, min(day + timedelta(days - 1), last), event_name) for day in begins]


def read_slice(client: ClevertapClient, source: SliceSource, piece: Slice) -> Iterator[Message]:
    """Read a slice to its end, from its POST again whenever its cursors are lost.

    Every new read has a new `read_at`, so that what an abandoned one brought counts as older.

    Raises:
        AnswerError: The cursors were lost `MAX_RESTARTS` times.
    """
    for _ in range(MAX_RESTARTS):
        read = Read(piece, utc_now())
        try:
            for found in source(client, piece):
                yield Page(read, found, utc_now()) if isinstance(found, bytes) else found
        except CursorLostError as error:
            words = str(error)
            client.report_restart(str(piece), words)
        except ExportNotAllowedError as error:
            yield Skipped(piece, str(error))
            return
        else:
            yield Finished(read)
            return
    raise AnswerError(
        f"The slice {piece} could not be read: its cursors were lost {MAX_RESTARTS} times, "
        f"at last with {words!r}."
    )


class Bookmarks:
    """How far each event's slices are complete without a gap."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        self._waiting: dict[str, deque[Slice]] = {}
        self._done: set[Slice] = set()
        for piece in slices:
            self._waiting.setdefault(piece.event_name, deque()).append(piece)

    def finish(self, piece: Slice) -> date | None:
        """Count a slice as complete; return the day up to which all are, if that moved."""
        self._done.add(piece)
        waiting = self._waiting[piece.event_name]
        reached = None
        while waiting and waiting[0] in self._done:
            first = waiting.popleft()
            self._done.discard(first)
            reached = first.last
        return reached


@dataclass(frozen=True, slots=True)
class _Failure:
    error: BaseException


class SliceReader:
    """Reads slices with several workers; its iterator yields their messages, in one thread.

    Messages of a slice come in order, those of different slices mixed. At most `_PAGES_WAITING`
    pages wait, so memory does not grow with a slice. Leaving the `with` stops the workers.
    """

    def __init__(
        self,
        slices: Iterable[Slice],
        source: SliceSource,
        new_client: Callable[[threading.Event], ClevertapClient],
        workers: int,
        retries: Counter[str],
    ) -> None:
        self._slices = iter(slices)
        self._source = source
        self._new_client = new_client
        self._retries = retries
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._skipped: set[str] = set()
        self._messages: queue.Queue[Message | _Failure | None] = queue.Queue(_PAGES_WAITING)
        # Daemons: a worker may be waiting for an answer for minutes, which no exit should.
        self._threads = [
            threading.Thread(target=self._work, name=f"reader-{n + 1}", daemon=True)
            for n in range(workers)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS / len(self._threads))

    def __iter__(self) -> Iterator[Message]:
        """Yield messages until every slice is read; a worker's error is raised here."""
        working = len(self._threads)
        while working:
            try:
                message = self._messages.get(timeout=_LOOK_UP_SECONDS)
            except queue.Empty:
                yield Waiting()
                continue
            if message is None:
                working -= 1
            elif isinstance(message, _Failure):
                raise message.error
            else:
                yield message

    def _work(self) -> None:
        try:
            with self._new_client(self._stop) as client:
                try:
                    while (piece := self._next()) is not None:
                        for message in read_slice(client, self._source, piece):
                            self._put(message)
                finally:
                    with self._lock:
                        self._retries.update(client.retries)
            self._put(None)
        except StoppedError:
            return
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that iterates
            with contextlib.suppress(StoppedError):
                self._put(_Failure(error))

    def _next(self) -> Slice | None:
        with self._lock:
            for piece in self._slices:
                if piece.event_name not in self._skipped:
                    return piece
        return None

    def _put(self, message: Message | _Failure | None) -> None:
        if isinstance(message, Skipped):
            with self._lock:
                self._skipped.add(message.slice.event_name)
        while not self._stop.is_set():
            try:
                self._messages.put(message, timeout=_LOOK_UP_SECONDS)
            except queue.Full:
                continue
            return
        raise StoppedError
