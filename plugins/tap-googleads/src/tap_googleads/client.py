"""Requests to Google Ads: quotas and failures waited out, secrets kept."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import backoff
import msgspec
import requests
import urllib3

from line_tap.clock import local_day
from line_tap.connection import kind_of, reason_of
from line_tap.errors import GaveUpError
from tap_googleads.answers import check
from tap_googleads.errors import AnswerError, LoginError, RetryError, TokenError, TooMuchError
from tap_googleads.login import Login

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from datetime import date, tzinfo

    from tap_googleads.settings import Settings

CONNECT_TIMEOUT = 10.0
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
HURRY = 10  # where one has waited in vain, others wait this much less, until an answer comes
MAX_TOKENS = 3  # new ones that may be refused in a row
MAX_BODY = 64 * 1024 * 1024  # bytes of an answer that could be asked for in smaller parts
TIME_OUT = "time-out"
_CHUNK = 1 << 20

T = TypeVar("T")


class _Request(NamedTuple):
    method: str
    path: str
    body: bytes | None
    manager: str | None
    about: str
    divisible: bool


class _Bearer(requests.auth.AuthBase):
    """Puts the access token into the header, where no .netrc can take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Patience:
    """How long something may still be tried, and how long to wait in between."""

    def __init__(self, seconds: float) -> None:
        self.attempt = 1
        self._seconds = seconds
        self._waits = backoff.expo(base=2, factor=FIRST_WAIT, max_value=LONGEST_WAIT)
        next(self._waits)  # backoff's generators start with an empty turn
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def next_wait(self, named: float | None) -> float | None:
        """Return the seconds to wait before the next attempt; None when there shall be none.

        Args:
            named: The time to wait that the API names, which is waited in full or not at all.
        """
        left = self._seconds - self.spent
        if named is not None:
            return named if named <= left else None
        return min(backoff.full_jitter(next(self._waits)), left) if left > 0 else None


class GoogleAdsClient:
    """The connection of a run.

    Attributes:
        requests: How many were sent, by what was asked.
        retries: How often something was tried again, by kind.
    """

    def __init__(self, settings: Settings, logger: logging.Logger) -> None:
        self.requests: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()
        self._settings = settings
        self._logger = logger
        self._date_header: str | None = None
        self._gave_up = False
        self._session = requests.Session()
        self._session.headers.update(
            {
                "developer-token": settings.developer_token,
                "Accept": "application/json",
                "User-Agent": "tap-googleads (gzip)",  # Google compresses where the agent says so
            }
        )
        self._login = Login(settings, requests.Session())

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def today(self, zone: tzinfo) -> date:
        """The day in a zone by the last answer's own clock."""
        return local_day(self._date_header, zone)

    def accessible(self) -> list[str]:
        """The ids of the customers that the login reaches without a manager between."""
        path = "customers:listAccessibleCustomers"
        request = _Request("GET", path, None, None, "the accessible customers", divisible=False)
        answer = self._send(request, msgspec.json.decode)
        return [str(name).rpartition("/")[2] for name in answer.get("resourceNames", ())]

    def stream(  # noqa: PLR0913  # the parts of a request
        self,
        customer_id: str,
        manager: str | None,
        query: str,
        read: Callable[[bytes], T],
        about: str,
        *,
        divisible: bool = False,
    ) -> T:
        """Send a query to searchStream and read its whole answer.

        Args:
            customer_id: Who is asked.
            manager: The manager by which it is reached.
            query: GAQL.
            read: Reads the answer's batches, which hold no error.
            about: What is asked for, for a person.
            divisible: Whether it could be asked for in smaller parts.

        Raises:
            TooMuchError: It is too much for one request, and divisible.
            CustomerError: This customer cannot be read.
            TapError: Nothing can be read, or it failed for longer than max_retry_seconds.
        """
        path = f"customers/{customer_id}/googleAds:searchStream"
        request = _Request(
            "POST", path, msgspec.json.encode({"query": query}), manager, about, divisible
        )
        return self._send(request, read)

    def _send(self, request: _Request, read: Callable[[bytes], T]) -> T:
        patience = Patience(self._settings.max_retry_seconds / (HURRY if self._gave_up else 1))
        tokens = 0
        while True:
            try:
                answer = self._read(request, read)
            except TooMuchError as error:
                if request.divisible:
                    raise
                problem = RetryError("deadline", str(error))
            except TokenError as error:
                tokens += 1
                if tokens > MAX_TOKENS:
                    raise LoginError(
                        f"Google refuses each new access token ({error}): check the settings of "
                        "the login, and the clock of this machine."
                    ) from None
                self._login.forget()
                problem = error
            except RetryError as error:
                if request.divisible and error.kind == TIME_OUT and patience.attempt > 1:
                    raise TooMuchError(str(error)) from None
                problem = error
            else:
                self._gave_up = False
                return answer
            self._wait(request, problem, patience)

    def _wait(self, request: _Request, problem: RetryError, patience: Patience) -> None:
        seconds = patience.next_wait(problem.seconds)
        if seconds is None:
            self._gave_up = True
            named = f", and asks to wait {problem.seconds:g} s" if problem.seconds else ""
            raise GaveUpError(
                f"Gave up {request.about} at attempt {patience.attempt}, after "
                f"{patience.spent:.0f} s{named} (setting max_retry_seconds): {problem}."
            )
        self.retries[problem.kind] += 1
        self._logger.warning(
            "Attempt %d of %s failed (%s); trying again in %.1f s",
            patience.attempt,
            request.about,
            problem,
            seconds,
        )
        time.sleep(seconds)
        patience.attempt += 1

    def _read(self, request: _Request, read: Callable[[bytes], T]) -> T:
        status, body, retry_after = self._exchange(request)
        check(status, body, retry_after, request.about)
        try:
            return read(body)
        except msgspec.ValidationError as error:
            raise AnswerError(
                f"Google's answer for {request.about} has another form than expected ({error}); "
                "is api_url right?"
            ) from None
        except msgspec.DecodeError:
            raise RetryError("broken answer", "it is no whole JSON") from None

    def _exchange(self, request: _Request) -> tuple[int, bytes, str | None]:
        """Send once; return the HTTP status, the whole body, and Retry-After."""
        settings = self._settings
        headers = {}
        if request.manager:
            headers["login-customer-id"] = request.manager
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        self.requests[request.path.rpartition("/")[2]] += 1
        try:
            with self._session.request(
                request.method,
                f"{settings.api_url.rstrip('/')}/{settings.api_version}/{request.path}",
                data=request.body,
                headers=headers,
                auth=_Bearer(self._login.token()),
                timeout=(CONNECT_TIMEOUT, settings.request_timeout),
                allow_redirects=False,  # it would carry the tokens to another host
                stream=True,
            ) as response:
                self._date_header = response.headers.get("Date", self._date_header)
                body = _body(response, divisible=request.divisible)
                return response.status_code, body, response.headers.get("Retry-After")
        except requests.exceptions.SSLError as error:
            raise AnswerError(
                f"The TLS certificate of {settings.api_url} is not trusted ({reason_of(error)}): "
                "check the setting api_url, or name your CA's file in REQUESTS_CA_BUNDLE."
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise RetryError(kind_of(error), reason_of(error)) from None


def _body(response: requests.Response, *, divisible: bool) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if divisible and size > MAX_BODY:
            raise TooMuchError(f"more than {MAX_BODY >> 20} MB")
    return b"".join(parts)
