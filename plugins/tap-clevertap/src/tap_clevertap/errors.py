"""What can go wrong, as a person should read it."""

from __future__ import annotations

from line_tap.errors import TapError


class AnswerError(TapError):
    """CleverTap refused a request for good; the sentence holds its own words."""


class CredentialsError(AnswerError):
    """CleverTap refused the login (401)."""


class CountsError(TapError):
    """Slices whose records are not as many as CleverTap counts (setting reconcile_counts)."""


class RetryError(Exception):
    """An answer that may be better next time.

    Attributes:
        kind: What to count it as, e.g. `rate limit`.
        words: What happened, in the API's own words where it has some.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind
        self.words = words


class CursorLostError(Exception):
    """A chain of requests that cannot be followed to its end; it starts again from its POST."""


class ExportNotAllowedError(Exception):
    """CleverTap does not export this event."""


class NoResultError(Exception):
    """A campaign has no result yet."""


class StoppedError(Exception):
    """The run is ending; a worker has nothing more to do."""
