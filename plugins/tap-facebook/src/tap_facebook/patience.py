"""How long something may still be tried, and how long to wait in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import backoff

from line_tap.errors import GaveUpError
from tap_facebook.errors import AccountError, LimitError, RetryError, TooMuchDataError

if TYPE_CHECKING:
    from typing import Any

    from tap_facebook.answers import Request
    from tap_facebook.settings import Settings

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
# How often an overtaxed API is asked for the same before less is asked for.
ATTEMPTS_BEFORE_LESS = 4
_OVERTAXED = ("server error", "time-out")


class Patience:
    """Waits that grow, for so many seconds from its making."""

    def __init__(self, seconds: float, first: float = FIRST_WAIT) -> None:
        self._seconds = seconds
        self._waits = backoff.expo(base=2, factor=first, max_value=LONGEST_WAIT)
        next(self._waits)  # backoff's generators start with an empty turn
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def next_wait(self, named: float = 0.0) -> float | None:
        """Return the seconds to wait before the next attempt; None when there shall be none.

        Args:
            named: Seconds that the API wants one to wait at the least.
        """
        left = self._seconds - self.spent
        if left <= 0 or named > left:
            return None
        return min(max(backoff.full_jitter(next(self._waits)), named), left)


class Trials:
    """The attempts at one request.

    Patience begins with the first failure of its kind; what is spent on a limit counts for
    nothing else.

    Attributes:
        attempt: Number of the one that failed last.
    """

    def __init__(self, request: Request[Any], settings: Settings) -> None:
        self.attempt = 0
        self._request, self._settings = request, settings
        self._for_limits: Patience | None = None
        self._for_all_else: Patience | None = None

    def next_wait(self, error: RetryError, named: float) -> float:
        """Return the seconds to wait before the next attempt.

        Args:
            error: How the last one failed.
            named: Seconds that the API wants one to wait at the least; 0 where it does not say.

        Raises:
            TooMuchDataError: There shall be none; less is to be asked for.
            TapError: There shall be none.
        """
        self.attempt += 1
        if isinstance(error, LimitError):
            self._for_all_else = None
            return self._after_limit(error, named)
        return self._after_failure(error)

    def _after_limit(self, error: LimitError, named: float) -> float:
        self._for_limits = self._for_limits or Patience(self._settings.max_limit_seconds)
        seconds = self._for_limits.next_wait(named)
        if seconds is None:
            request = self._request
            said = f"; Facebook names {named / 60:.0f} minutes" if named else ""
            raise AccountError(
                f"A limit of account {request.account} was not lifted in time for {request.about} "
                f"(setting max_limit_seconds{said}): {error}. The next run goes on from here."
            )
        return seconds

    def _after_failure(self, error: RetryError) -> float:
        request = self._request
        is_overtaxed = error.kind in _OVERTAXED and self.attempt >= ATTEMPTS_BEFORE_LESS
        if request.gives_way and is_overtaxed:
            raise TooMuchDataError(str(error))
        self._for_all_else = self._for_all_else or Patience(self._settings.max_retry_seconds)
        seconds, spent = self._for_all_else.next_wait(), self._for_all_else.spent
        if seconds is None:
            raise GaveUpError(
                f"Gave up {request.method} {request.path} of {self._settings.base_url} for "
                f"{request.about} at attempt {self.attempt}, after {spent:.0f} s "
                f"(setting max_retry_seconds): {error}."
            )
        return seconds
