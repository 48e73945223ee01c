"""Requests to the Graph API: limits and failures waited out, secrets kept."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Self

import requests
import urllib3

from line_tap.clock import local_day
from line_tap.connection import kind_of, reason_of
from tap_facebook.answers import Source, read_answer
from tap_facebook.errors import AnswerError, RetryError
from tap_facebook.limits import Usage
from tap_facebook.patience import Trials

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from tap_facebook.answers import Form, Request
    from tap_facebook.periods import Window
    from tap_facebook.settings import Settings

CONNECT_TIMEOUT = 10.0


class FacebookClient:
    """The connection to the Graph API.

    Attributes:
        settings: The tap's.
        requests: How many were sent.
        answers: How many had a good answer.
        retries: How often something was tried again, by kind.
    """

    def __init__(self, settings: Settings, logger: logging.Logger) -> None:
        self.settings = settings
        self.requests = self.answers = 0
        self.retries: Counter[str] = Counter()
        self._logger = logger
        self._date_header: str | None = None
        self._not_before: dict[tuple[str, str], float] = {}
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "tap-facebook"})
        self._session.auth = _leave_alone  # or requests would look into ~/.netrc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def today(self, zone: ZoneInfo) -> date:
        """The day in a time zone by the last answer's own clock."""
        return local_day(self._date_header, zone)

    def send(self, request: Request[Form]) -> Form:
        """Send a request until it has a good answer.

        Raises:
            TooMuchDataError: Less must be asked for.
            TapError: See `read_answer` and `Trials`.
        """
        token, setting = self.settings.token(request.account)
        source = Source(token, setting, self.settings.api_version)
        trials = Trials(request, self.settings)
        while True:
            named = 0.0
            try:
                status, body, usage = self._exchange(request, token)
                named = usage.wait
                answer = read_answer(request, source, status, body)
            except RetryError as error:
                self._try_later(request, trials, error, trials.next_wait(error, named))
            else:
                self.answers += 1
                return answer

    def _try_later(
        self, request: Request[Form], trials: Trials, error: RetryError, seconds: float
    ) -> None:
        self.retries[error.kind] += 1
        self._logger.warning(
            "Attempt %d of %s %s for %s failed (%s); trying again in %.1f s",
            trials.attempt,
            request.method,
            request.path,
            request.about,
            error,
            seconds,
        )
        self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def note(self, remedy: str, stream: str, window: Window, error: Exception) -> None:
        """Count and log that a window is asked for in another way."""
        self.retries["asked otherwise"] += 1
        self._logger.warning("%s, %s: %s (%s)", stream, window, remedy, error)

    def summarise(self) -> None:
        """Log how many requests there were, and what was tried again."""
        kinds = ", ".join(f"{kind} {times}" for kind, times in self.retries.most_common())
        self._logger.info("%d requests; tried again: %s", self.requests, kinds or "none")

    def _slow_down(self, request: Request[Form]) -> None:
        """Wait where the last answer's headers said that a limit is near."""
        seconds = self._not_before.pop((request.account, request.use), 0.0) - time.monotonic()
        if seconds > 0:
            self.retries["slowed down"] += 1
            self._logger.info(
                "Account %s is near a limit of Facebook's: waiting %.1f s", request.account, seconds
            )
            self.wait(min(seconds, self.settings.max_limit_seconds))

    def _exchange(self, request: Request[Form], token: str) -> tuple[int, bytes, Usage]:
        """Send once; return the HTTP status, the whole body and what the headers say of limits."""
        self._slow_down(request)
        self.requests += 1
        is_query = request.method == "GET"
        try:
            response = self._session.request(
                request.method,
                f"{self.settings.base_url}/{self.settings.api_version}/{request.path}",
                params=request.params if is_query else None,
                data=None if is_query else request.params,
                headers={"Authorization": f"Bearer {token}"},
                timeout=(CONNECT_TIMEOUT, self.settings.request_timeout),
                allow_redirects=False,  # it would carry the token to another host
            )
            body = response.content
        except requests.exceptions.SSLError as error:
            raise AnswerError(
                f"The TLS certificate of {self.settings.base_url} is not trusted "
                f"({reason_of(error)}): check the setting api_url, or name your CA's file in "
                "REQUESTS_CA_BUNDLE."
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise RetryError(kind_of(error), reason_of(error)) from None
        self._date_header = response.headers.get("Date", self._date_header)
        usage = self._note_usage(request, response.headers)
        return response.status_code, body, usage

    def _note_usage(self, request: Request[Form], headers: Mapping[str, str]) -> Usage:
        usage = Usage(headers, request.use)
        if pause := usage.pause(self.settings.usage_threshold):
            self._not_before[request.account, request.use] = time.monotonic() + pause
        return usage


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
