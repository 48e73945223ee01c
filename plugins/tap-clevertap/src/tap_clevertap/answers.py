"""What CleverTap's answers mean: the facts' table of errors, in one place.

The body's `status` counts even on HTTP 200, where most failures come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Generic

import msgspec

from line_tap.errors import ConfigError
from tap_clevertap.errors import (
    AnswerError,
    CredentialsError,
    CursorLostError,
    ExportNotAllowedError,
    NoResultError,
    RetryError,
)
from tap_clevertap.forms import Answer, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

OK, ACCEPTED, UNAUTHORISED, TIMEOUT, TOO_MANY, SERVER_ERROR = 200, 202, 401, 408, 429, 500
STILL_IN_PROGRESS, INCORRECT_USAGE = 2, 3
REQUEST_ID = "req_id"
_SHOWN_WORDS = 300
_LONG_TOKEN = re.compile(r"\S{100,}")
_LOST = re.compile(r"cursor|req_?id|request id|expired")
# Half a surrogate pair is valid JSON and no text; what reads JSON strictly refuses it.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<lone>u[dD][89a-fA-F]..)|.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Request(Generic[Form]):
    """One request, what a good answer holds, and what its errors should name.

    Attributes:
        about: What is asked for, e.g. `event 'Charged' on 2026-10-31`.
        form: What a good answer holds.
        event_name: The event asked for, if any.
        setting: The setting that named the event.
        params: The query's parameters.
        body: The JSON to post.
        cursor: Verbatim from an earlier answer; a request with one has no `params`.
    """

    method: str
    path: str
    about: str
    form: type[Form]
    event_name: str = ""
    setting: str = ""
    params: Mapping[str, str] | None = None
    body: bytes | None = None
    cursor: str | None = None

    @property
    def follows_another(self) -> bool:
        """Whether it goes on from an earlier answer, by a cursor or a req_id."""
        return self.cursor is not None or REQUEST_ID in (self.params or {})


def read_answer(request: Request[Form], http_status: int, body: bytes, secret: str) -> Form:
    """Decode an answer and let only a good one through; no error quotes `secret`.

    Raises:
        RetryError: It may be better next time (limits, 5xx, malformed bodies).
        CursorLostError: The cursor (or req_id) is expired or refused.
        ExportNotAllowedError: The event is not exported.
        NoResultError: The campaign has no result yet.
        ConfigError: The event is unknown.
        CredentialsError: HTTP 401.
        AnswerError: Any other refusal.
    """
    try:
        answer = _decode(request.form, body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if http_status in {OK, ACCEPTED, TOO_MANY} or http_status >= SERVER_ERROR:
            raise RetryError("malformed answer", f"HTTP {http_status}, {error}") from None
        answer = request.form(status="fail")
    if http_status != OK or answer.status == "fail" or bytes(answer.error):
        _refuse(request, http_status, answer, _words(answer, secret) or f"HTTP {http_status}")
    if lack := answer.lack():
        raise RetryError("malformed answer", lack)
    return answer


_decoder = cache(msgspec.json.Decoder)


def _decode(form: type[Form], body: bytes) -> Form:
    body.decode()  # raw fragments pass msgspec unchecked, and are written as they are
    if body.lstrip()[:1] == b"[":
        return form(status="fail", error=msgspec.json.decode(body, type=msgspec.Raw))
    try:
        return _parse(form, body)
    except msgspec.DecodeError:
        repaired = _ESCAPE.sub(_without_lone_surrogate, body)
        if repaired == body:
            raise
        return _parse(form, repaired)


def _parse(form: type[Form], body: bytes) -> Form:
    answer: Form = _decoder(form).decode(body)
    return answer


def _without_lone_surrogate(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["lone"] else escape[0]


def _refuse(request: Request[Form], http_status: int, answer: Answer, words: str) -> None:
    lower = words.lower()
    codes = {http_status, _number(answer.code)}
    if TOO_MANY in codes or "too many" in lower:
        raise RetryError("rate limit", words)
    if request.form.is_no_result_yet(http_status, lower):
        raise NoResultError(words)
    if codes & {ACCEPTED, STILL_IN_PROGRESS} or "in progress" in lower:
        raise RetryError("still in progress", words)
    if TIMEOUT in codes or max(codes) >= SERVER_ERROR:
        raise RetryError("server error", f"HTTP {http_status} {words!r}")
    if UNAUTHORISED in codes:
        raise CredentialsError(
            f"CleverTap refused the login ({words!r}): check the settings account_id, passcode "
            "and region (or api_url); a wrong region is answered the same way."
        )
    if request.event_name and "export not allowed" in lower:
        raise ExportNotAllowedError(words)
    if request.event_name and "invalid event" in lower:
        raise ConfigError(
            f"CleverTap does not know the event {request.event_name!r} ({words!r}): correct the "
            f"setting {request.setting}; names are case-sensitive."
        )
    if request.follows_another and (INCORRECT_USAGE in codes or _LOST.search(lower)):
        raise CursorLostError(words)
    raise AnswerError(
        f"CleverTap refused {request.method} {request.path} for {request.about} "
        f"with HTTP {http_status}: {words!r}."
    )


def _words(answer: Answer, secret: str) -> str:
    """The API's own words, without the secret and anything as long as a cursor."""
    raw = bytes(answer.error)
    if not raw:
        return ""
    error = msgspec.json.decode(raw)
    if isinstance(error, list):
        error = "; ".join(str(item) for item in error)
    return _LONG_TOKEN.sub("<...>", str(error).replace(secret, "<...>"))[:_SHOWN_WORDS]


def _number(code: int | str | None) -> int:
    try:
        return int(code or 0)
    except ValueError:
        return 0
