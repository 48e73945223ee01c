"""What CleverTap's answers mean: the facts' table of errors, in one place.

The body's `status` counts even on HTTP 200, where most failures come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from tap_clevertap.errors import (
    AnswerError,
    ConfigError,
    CredentialsError,
    CursorLostError,
    ExportNotAllowedError,
    RetryError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ABSENT = msgspec.Raw(b"")
OK, ACCEPTED, UNAUTHORISED, TIMEOUT, TOO_MANY, SERVER_ERROR = 200, 202, 401, 408, 429, 500
STILL_IN_PROGRESS, INCORRECT_USAGE = 2, 3
_SHOWN_WORDS = 300
_LONG_TOKEN = re.compile(r"\S{100,}")
# Half a surrogate pair is valid JSON and no text; what reads JSON strictly refuses it.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<lone>u[dD][89a-fA-F]..)|.)", re.DOTALL
)
_SENDABLE = re.compile(r"[!-~]+")


class Envelope(msgspec.Struct, rename={"user_properties": "userProperties"}):
    """The outside of every answer; what is inside stays raw JSON."""

    status: str | None = None
    error: msgspec.Raw = ABSENT
    code: int | str | None = None
    cursor: str | None = None
    next_cursor: str | None = None
    records: msgspec.Raw = ABSENT
    events: msgspec.Raw = ABSENT
    user_properties: msgspec.Raw = ABSENT


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and what its errors should name.

    Attributes:
        about: What is asked for, e.g. `event 'Charged' on 2026-10-31`.
        secret: The passcode, which no error may quote.
        event_name: The event asked for, if any.
        setting: The setting that named the event.
        params: The query's parameters.
        body: The JSON to post.
        cursor: Verbatim from an earlier answer; a request with one has no `params`.
        has_status: Whether a good answer says `"status": "success"`.
    """

    method: str
    path: str
    about: str
    secret: str
    event_name: str = ""
    setting: str = ""
    params: Mapping[str, str] | None = None
    body: bytes | None = None
    cursor: str | None = None
    has_status: bool = True


_envelope = msgspec.json.Decoder(Envelope)


def read_answer(request: Request, http_status: int, body: bytes) -> Envelope:
    """Decode an answer and let only a good one through.

    Raises:
        RetryError: It may be better next time (limits, 5xx, malformed bodies).
        CursorLostError: The cursor is expired or refused.
        ExportNotAllowedError: The event is not exported.
        ConfigError: The event is unknown.
        CredentialsError: HTTP 401.
        AnswerError: Any other refusal.
    """
    try:
        envelope = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if http_status in {OK, ACCEPTED, TOO_MANY} or http_status >= SERVER_ERROR:
            raise RetryError("malformed answer", f"HTTP {http_status}, {error}") from None
        envelope = Envelope(status="fail")
    if http_status != OK or envelope.status == "fail" or bytes(envelope.error):
        _refuse(request, http_status, envelope)
    _check_shape(request, envelope)
    return envelope


def _decode(body: bytes) -> Envelope:
    body.decode()  # raw fragments pass msgspec unchecked, and are written as they are
    if body.lstrip()[:1] == b"[":
        return Envelope(status="fail", error=msgspec.json.decode(body, type=msgspec.Raw))
    try:
        return _envelope.decode(body)
    except msgspec.DecodeError:
        repaired = _ESCAPE.sub(_without_lone_surrogate, body)
        if repaired == body:
            raise
        return _envelope.decode(repaired)


def _without_lone_surrogate(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["lone"] else escape[0]


def _refuse(request: Request, http_status: int, envelope: Envelope) -> None:
    words = _words(envelope, request.secret) or f"HTTP {http_status}"
    lower = words.lower()
    codes = {http_status, _number(envelope.code)}
    if TOO_MANY in codes or "too many" in lower:
        raise RetryError("rate limit", words)
    if codes & {ACCEPTED, STILL_IN_PROGRESS} or "in progress" in lower:
        raise RetryError("still in progress", words)
    if TIMEOUT in codes or max(codes) >= SERVER_ERROR:
        raise RetryError("server error", f"HTTP {http_status} {words!r}")
    if UNAUTHORISED in codes:
        raise CredentialsError(
            f"CleverTap refused the login ({words!r}): check the settings account_id, passcode "
            "and region (or api_url); a wrong region is answered the same way."
        )
    if "export not allowed" in lower:
        raise ExportNotAllowedError(words)
    if "invalid event" in lower:
        raise ConfigError(
            f"CleverTap does not know the event {request.event_name!r} ({words!r}): correct the "
            f"setting {request.setting}; names are case-sensitive."
        )
    if request.cursor is not None and (INCORRECT_USAGE in codes or "cursor" in lower):
        raise CursorLostError(words)
    raise AnswerError(
        f"CleverTap refused {request.method} {request.path} for {request.about} "
        f"with HTTP {http_status}: {words!r}."
    )


def _check_shape(request: Request, envelope: Envelope) -> None:
    """Refuse a 200 that is not what was asked for, before it passes for an empty answer."""
    records = bytes(envelope.records)
    if records and not records.startswith(b"["):
        raise RetryError("malformed answer", "`records` is not a list")
    if request.has_status and envelope.status != "success":
        raise RetryError("malformed answer", "no `status` in the answer")
    if request.has_status and request.cursor is None and envelope.cursor is None:
        raise RetryError("malformed answer", "no `cursor` in the answer")
    for cursor in (envelope.cursor, envelope.next_cursor):
        if cursor is not None and not _SENDABLE.fullmatch(cursor):
            raise RetryError("malformed answer", "a cursor that cannot stand in a URL")


def _words(envelope: Envelope, secret: str) -> str:
    """The API's own words, without the secret and anything as long as a cursor."""
    raw = bytes(envelope.error)
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
