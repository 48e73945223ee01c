"""Requests to CleverTap: limits and failures waited out, secrets kept."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import backoff
import requests
import urllib3

from line_tap.clock import local_day
from line_tap.connection import kind_of, reason_of
from line_tap.errors import GaveUpError
from tap_clevertap.answers import REQUEST_ID, Request, read_answer
from tap_clevertap.errors import AnswerError, CursorLostError, RetryError, StoppedError
from tap_clevertap.transport import CURSOR_HEADER, CursorAdapter

if TYPE_CHECKING:
    import logging
    import threading
    from datetime import date

    from tap_clevertap.forms import Form, PolledForm
    from tap_clevertap.settings import Settings

CONNECT_TIMEOUT = 10.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
FIRST_POLL, LONGEST_POLL = 0.1, 10.0
MAX_RESTARTS = 10


class Patience:
    """How long something may still be tried, and how long to wait in between."""

    def __init__(self, seconds: float, first: float, longest: float) -> None:
        self._seconds = seconds
        self._waits = backoff.expo(base=2, factor=first, max_value=longest)
        next(self._waits)  # backoff's generators start with an empty turn
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def next_wait(self) -> float | None:
        """Return the seconds to wait before the next attempt; None when there shall be none."""
        left = self._seconds - self.spent
        return min(backoff.full_jitter(next(self._waits)), left) if left > 0 else None


class ClevertapClient:
    """One worker's connection; not for use by several threads.

    Attributes:
        settings: The tap's.
        retries: How often something was tried again, by kind.
    """

    def __init__(self, settings: Settings, logger: logging.Logger, stop: threading.Event) -> None:
        self.settings = settings
        self.retries: Counter[str] = Counter()
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
        return local_day(self._date_header, self.settings.zone)

    def send(self, request: Request[Form]) -> Form:
        """Send a request until it has a good answer.

        Raises:
            StoppedError: The run is ending.
            TapError: See `read_answer`; or it failed for longer than `max_retry_seconds`.
        """
        patience = Patience(self.settings.max_retry_seconds, FIRST_WAIT, LONGEST_WAIT)
        attempt = 1
        while True:
            try:
                status, body = self._exchange(request)
                return read_answer(request, status, body, self.settings.passcode)
            except RetryError as error:
                seconds = patience.next_wait()
                if seconds is None:
                    raise GaveUpError(
                        f"Gave up {request.method} {self.settings.base_url}{request.path} for "
                        f"{request.about} at attempt {attempt}, after {patience.spent:.0f} s "
                        f"(setting max_retry_seconds): {error}."
                    ) from None
                self.retries[error.kind] += 1
                self._logger.warning(
                    "Attempt %d of %s %s for %s failed (%s); trying again in %.1f s",
                    attempt,
                    request.method,
                    request.path,
                    request.about,
                    error,
                    seconds,
                )
                self._wait(seconds)
                attempt += 1

    def send_and_poll(self, request: Request[PolledForm]) -> PolledForm:
        """Send a request and ask for its answer, by its `req_id`, until it is not `partial`.

        A `req_id` that is refused starts the request again.

        Raises:
            StoppedError: The run is ending.
            TapError: See `send`; or it is `partial` for longer than `max_retry_seconds`, or its
                req_ids were lost `MAX_RESTARTS` times.
        """
        for _ in range(MAX_RESTARTS):
            try:
                return self._send_and_poll_once(request)
            except CursorLostError as error:
                words = str(error)
                self.report_restart(request.about, words)
        raise AnswerError(
            f"{request.path} could not be asked for {request.about}: its req_ids were lost "
            f"{MAX_RESTARTS} times, at last with {words!r}."
        )

    def report_restart(self, about: str, words: str) -> None:
        """Count and log that a chain of requests starts again."""
        self.retries["restart"] += 1
        self._logger.warning("Starting again with %s: its cursor was lost (%s)", about, words)

    def _send_and_poll_once(self, request: Request[PolledForm]) -> PolledForm:
        answer = self.send(request)
        patience = Patience(self.settings.max_retry_seconds, FIRST_POLL, LONGEST_POLL)
        while answer.is_partial:
            seconds = patience.next_wait()
            if seconds is None:
                raise GaveUpError(
                    f"Gave up {request.path} for {request.about}: CleverTap's answer was still "
                    f"partial after {patience.spent:.0f} s (setting max_retry_seconds)."
                )
            self._wait(seconds)
            params = {REQUEST_ID: str(answer.req_id)}
            answer = self.send(replace(request, method="GET", params=params, body=None))
        return answer

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise StoppedError

    def _exchange(self, request: Request[Form]) -> tuple[int, bytes]:
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
                self.settings.base_url + request.path,
                params=request.params,
                data=request.body,
                headers=headers,
                timeout=(CONNECT_TIMEOUT, self.settings.request_timeout),
                allow_redirects=False,  # it would carry the passcode to another host
                stream=True,
            )
            # One read: `response.content` takes 10 KB at a time, each a fight for the interpreter.
            body = response.raw.read(decode_content=True)
        except requests.exceptions.SSLError as error:
            raise AnswerError(
                f"The TLS certificate of {self.settings.base_url} is not trusted "
                f"({reason_of(error)}): check the setting api_url, or name your CA's file in "
                "REQUESTS_CA_BUNDLE."
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise RetryError(kind_of(error), reason_of(error)) from None
        self._date_header = response.headers.get("Date", self._date_header)
        return response.status_code, body
