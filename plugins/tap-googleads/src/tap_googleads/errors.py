"""What can go wrong, as a person should read it."""

from __future__ import annotations

from line_tap.errors import TapError


class LoginError(TapError):
    """Google refused the login or the developer token."""


class AnswerError(TapError):
    """Google refused a request for good; the sentence holds its own words."""


class CustomersError(TapError):
    """Customers that could not be read; the others were."""


class CustomerError(Exception):
    """One customer cannot be read; the words say why and what to do."""


class RetryError(Exception):
    """An answer that may be better next time.

    Attributes:
        kind: What to count it as, e.g. `quota`.
        seconds: The time to wait that the API names; None where it names none.
    """

    def __init__(self, kind: str, words: str, seconds: float | None = None) -> None:
        super().__init__(f"{kind}: {words}" if words else kind)
        self.kind = kind
        self.seconds = seconds


class TokenError(RetryError):
    """The access token is good no longer; a new one may be."""


class TooMuchError(Exception):
    """An answer that is too large or too slow for one request; fewer days may do."""
