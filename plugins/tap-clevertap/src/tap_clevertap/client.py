"""Requests to CleverTap: limits and failures waited out, cursors followed, secrets kept."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import backoff
import msgspec
import requests
import urllib3

from tap_clevertap.answers import Request, read_answer
from tap_clevertap.clock import account_day
from tap_clevertap.errors import AnswerError, CursorLostError, GaveUpError, RetryError, StoppedError
from tap_clevertap.transport import CURSOR_HEADER, CursorAdapter

if TYPE_CHECKING:
    import logging
    import threading
    from collections.abc import Iterator, Mapping
    from datetime import date

    from tap_clevertap.answers import Envelope
    from tap_clevertap.settings import Settings

CONNECT_TIMEOUT = 10.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
_POOL = re.compile(r"^<?\w+\(.*?\)>?: ")  # urllib3 begins with the connection's repr


@dataclass(frozen=True, slots=True)
class Export:
    """One of the APIs that are read by cursor.

    Attributes:
        path: Of both the POST and the GETs.
        params: The POST's query, but for `batch_size`.
        setting: The setting that names the events.
    """

    path: str
    params: Mapping[str, str]
    setting: str


class ClevertapClient:
    """One worker's connection; not for use by several threads.

    Attributes:
        retries: How often something was tried again, by kind.
    """

    def __init__(self, settings: Settings, logger: logging.Logger, stop: threading.Event) -> None:
        self.retries: Counter[str] = Counter()
        self._settings = settings
        self._logger = logger
        self._stop = stop
        self._date_header: str | None = None
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, CursorAdapter())
        self._session.headers.update(
            {
                "X-CleverTap-Account-Id": settings.account_id,
                "X-CleverTap-Passcode": settings.passcode,
                "Accept": "application/json",
                "User-Agent": "tap-clevertap",
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def today(self) -> date:
        """The account-local day by the last answer's own clock."""
        return account_day(self._date_header, self._settings.zone)

    def schema_items(self, kind: str) -> list[Any]:
        """Return what `GET /getSchema` lists.

        Args:
            kind: `events` or `userProperties`.

        Raises:
            AnswerError: The API refused, or the answer has no such list.
        """
        request = Request(
            "GET",
            "/getSchema",
            f"the list of {kind}",
            self._settings.passcode,
            params={"type": kind},
            has_status=False,
        )
        envelope = self.send(request)
        raw = bytes(envelope.events if kind == "events" else envelope.user_properties)
        items = msgspec.json.decode(raw) if raw else None
        if not isinstance(items, list):
            raise AnswerError(f"CleverTap's answer to GET /getSchema has no list {kind!r}.")
        return items

    def pages(self, export: Export, event_name: str, first: date, last: date) -> Iterator[bytes]:
        """Yield each page's `records`, a JSON array, until the cursors end.

        Raises:
            CursorLostError: The chain cannot be followed to its end; what was yielded is void.
            ExportNotAllowedError: The event is not exported.
            TapError: The API refused, or failed for longer than `max_retry_seconds`.
        """
        about = f"event {event_name!r} on {first}" + (f" to {last}" if last != first else "")
        start = Request(
            "POST",
            export.path,
            about,
            self._settings.passcode,
            event_name,
            export.setting,
            params={"batch_size": str(self._settings.batch_size), **export.params},
            body=msgspec.json.encode(
                {"event_name": event_name, "from": _number(first), "to": _number(last)}
            ),
        )
        cursor = self.send(start).cursor
        followed: set[str] = set()
        while cursor is not None:
            if cursor in followed:
                raise CursorLostError(f"page {len(followed)} points back to an earlier one")
            followed.add(cursor)
            page = self.send(replace(start, method="GET", params=None, body=None, cursor=cursor))
            if records := bytes(page.records):
                yield records
            cursor = page.next_cursor

    def report_restart(self, event_name: str, day: date, words: str) -> None:
        """Log that a slice starts again."""
        self._logger.warning(
            "Event %r on %s starts again: its cursor was lost (%s)", event_name, day, words
        )

    def send(self, request: Request) -> Envelope:
        """Send a request until it has a good answer.

        Raises:
            StoppedError: The run is ending.
            TapError: See `read_answer`; or it failed for longer than `max_retry_seconds`.
        """
        waits = backoff.expo(base=2, factor=FIRST_WAIT, max_value=LONGEST_WAIT)
        next(waits)  # backoff's generators start with an empty turn
        began = time.monotonic()
        attempt = 1
        while True:
            try:
                return read_answer(request, *self._exchange(request))
            except RetryError as error:
                spent = time.monotonic() - began
                if spent >= self._settings.max_retry_seconds:
                    raise GaveUpError(
                        f"Gave up {request.method} {self._settings.base_url}{request.path} for "
                        f"{request.about} at attempt {attempt}, after {spent:.0f} s "
                        f"(setting max_retry_seconds): {error}."
                    ) from None
                self.retries[error.kind] += 1
                left = self._settings.max_retry_seconds - spent
                self._wait(request, attempt, min(backoff.full_jitter(next(waits)), left), error)
                attempt += 1

    def _wait(self, request: Request, attempt: int, seconds: float, error: RetryError) -> None:
        self._logger.warning(
            "Attempt %d of %s %s for %s failed (%s); trying again in %.1f s",
            attempt,
            request.method,
            request.path,
            request.about,
            error,
            seconds,
        )
        if self._stop.wait(seconds):
            raise StoppedError

    def _exchange(self, request: Request) -> tuple[int, bytes]:
        """Send once; return the HTTP status and the whole body."""
        if self._stop.is_set():
            raise StoppedError
        headers = {}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if request.cursor is not None:
            headers[CURSOR_HEADER] = request.cursor
        try:
            response = self._session.request(
                request.method,
                self._settings.base_url + request.path,
                params=request.params,
                data=request.body,
                headers=headers,
                timeout=(CONNECT_TIMEOUT, self._settings.request_timeout),
                allow_redirects=False,  # it would carry the passcode to another host
                stream=True,
            )
            # One read: `response.content` takes 10 KB at a time, each a fight for the interpreter.
            body = response.raw.read(decode_content=True)
        except requests.exceptions.SSLError as error:
            raise AnswerError(
                f"The TLS certificate of {self._settings.base_url} is not trusted "
                f"({_reason(error)}): check the setting api_url, or name your CA's file in "
                "REQUESTS_CA_BUNDLE."
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise RetryError(_kind(error), _reason(error)) from None
        self._date_header = response.headers.get("Date", self._date_header)
        return response.status_code, body


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def _kind(error: Exception) -> str:
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError)
    return "time-out" if isinstance(error, timeouts) else "connection"


def _reason(error: BaseException) -> str:
    """The innermost cause's words: the outer layers quote URLs and pool objects."""
    inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
    inner = getattr(inner, "reason", None) or inner or getattr(error, "reason", None)
    if isinstance(inner, BaseException) and inner is not error:
        return _reason(inner)
    return _POOL.sub("", str(error.args[-1] if error.args else error))
