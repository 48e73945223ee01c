"""What Facebook's answers mean: the table of errors, in one place.

https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/marketing-api/error-reference
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from line_tap.errors import ConfigError
from tap_facebook.errors import (
    AccountError,
    AnswerError,
    CursorLostError,
    LimitError,
    RetryError,
    RunLostError,
    TooMuchDataError,
)
from tap_facebook.limits import MANAGEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

Form = TypeVar("Form")
Raw = msgspec.Raw
NULL = b"null"
_ERROR = b'{"error":'
# Line breaks stand between values only, and a Singer message is one line.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
# Half a surrogate pair (an emoji cut in two) is valid JSON and no text.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>u[dD][89a-fA-F]..)|.)", re.DOTALL
)
_SHOWN_WORDS = 400
_LIMITS = frozenset((4, 17, 32, 341, 613, *range(80000, 80015)))
_TRANSIENT = frozenset((1, 2, 960, 2601))
_TOKEN = frozenset((102, 104, 190, 463, 467))
_PERMISSION = frozenset((3, 10, *range(200, 300)))
_VERSION = 2635
_INVALID, _UNKNOWN_PATH = 100, 2500
_TOO_MUCH, _NO_OBJECT = 1487534, 33
_BAD_CURSORS = frozenset((2642,))


class Error(msgspec.Struct):
    """The Graph API's error."""

    message: str = ""
    code: int = 0
    error_subcode: int | None = None
    is_transient: bool = False
    error_user_title: str | None = None
    error_user_msg: str | None = None


class _Refusal(msgspec.Struct):
    error: Error


class Cursors(msgspec.Struct):
    """Where a page begins and ends."""

    after: str | None = None


class Paging(msgspec.Struct):
    """How to go on; `next` is there while there are more pages. It holds the token: never shown."""

    cursors: Cursors = msgspec.field(default_factory=Cursors)
    next: Raw = Raw(NULL)


class Page(msgspec.Struct):
    """A page of a list."""

    data: list[dict[str, Raw]]
    paging: Paging = msgspec.field(default_factory=Paging)

    @property
    def after(self) -> str | None:
        """The cursor of the next page, None on the last one."""
        return self.paging.cursors.after if bytes(self.paging.next) != NULL else None


Node = dict[str, Raw]


class Run(msgspec.Struct):
    """A report run that was taken."""

    report_run_id: str


class RunStatus(msgspec.Struct):
    """How a report run gets on."""

    async_status: str = ""
    async_percent_completion: int = 0


@dataclass(frozen=True, slots=True)
class Request(Generic[Form]):
    """One request, what a good answer holds, and what its errors should name.

    Attributes:
        account: Whose token and limits it takes.
        path: Behind the version.
        about: What is asked for, e.g. `adsinsights_default of 2026-10-01 to 2026-10-30`.
        form: What a good answer holds.
        params: Query, of a POST its form.
        use: The business use case whose limits count.
        gives_way: Whether to give up early when the API is overtaxed, as less can be asked for.
        is_run: Whether it is about a report run.
    """

    account: str
    path: str
    about: str
    form: type[Form]
    params: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    use: str = MANAGEMENT
    gives_way: bool = False
    is_run: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request's secrets come from.

    Attributes:
        token: Never quoted.
        setting: The setting that holds it.
        version: The API version asked.
    """

    token: str
    setting: str
    version: str


def read_answer(request: Request[Form], source: Source, status: int, body: bytes) -> Form:
    """Decode an answer and let only a good one through; no error quotes the token.

    Raises:
        RetryError: It may be better next time (limits, 5xx, malformed bodies).
        TooMuchDataError: Less must be asked for.
        CursorLostError: The cursor is refused.
        RunLostError: The report run is no more.
        AccountError: Token, permission or account are wrong.
        ConfigError: The API version is wrong.
        AnswerError: Any other refusal.
    """
    if status == HTTPStatus.OK and not body.lstrip().startswith(_ERROR):
        try:
            return _decode(request.form, body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RetryError("malformed answer", str(error)) from None
    refusal = _refusal(body)
    if refusal is None:
        _refuse_without_words(request, status)
    else:
        _refuse(request, source, status, refusal)
    raise AssertionError  # both always raise


def _decode(form: type[Form], body: bytes) -> Form:
    body.decode()  # raw fragments pass msgspec unchecked, and are written as they are
    body = body.translate(_ONE_LINE)
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.DecodeError:
        repaired = _ESCAPE.sub(_without_half, body)
        if repaired == body:
            raise
        return msgspec.json.decode(repaired, type=form)


def _without_half(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]


def _refusal(body: bytes) -> Error | None:
    try:
        return msgspec.json.decode(body, type=_Refusal, strict=False).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _refuse_without_words(request: Request[Form], status: int) -> None:
    if status == HTTPStatus.OK:
        raise RetryError("malformed answer", "an error that cannot be read")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise LimitError(f"HTTP {status}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise RetryError("server error", f"HTTP {status}")
    raise AnswerError(
        f"The API answered {request.method} {request.path} for {request.about} with HTTP "
        f"{status} and no error that can be read: check the setting api_url."
    )


def _refuse(request: Request[Form], source: Source, status: int, error: Error) -> None:
    words = _words(error, source.token)
    if error.error_subcode == _TOO_MUCH or "reduce the amount of data" in error.message:
        raise TooMuchDataError(words)
    if error.code in _LIMITS or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise LimitError(words)
    _refuse_account(request, source, error, words)
    if error.code == _VERSION or (error.code == _UNKNOWN_PATH and source.version in error.message):
        raise ConfigError(
            f"Facebook does not serve {source.version} ({words}): set api_version to a version "
            "that lives."
        )
    if error.code in _BAD_CURSORS or re.search(r"\bcursors?\b", error.message, re.IGNORECASE):
        raise CursorLostError(words)
    if error.is_transient or error.code in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RetryError("server error", words)
    raise AnswerError(
        f"Facebook refused {request.method} {request.path} for {request.about}: {words}."
    )


def _refuse_account(request: Request[Form], source: Source, error: Error, words: str) -> None:
    if error.code in _TOKEN:
        raise AccountError(
            f"Facebook refused the token of account {request.account} ({words}): put a new one "
            f"into the setting {source.setting}."
        )
    if error.code in _PERMISSION:
        # Who may not read the account itself may read nothing of it; else it is this list only.
        kind = AccountError if request.path == f"act_{request.account}" else AnswerError
        raise kind(
            f"The token in the setting {source.setting} may not read {request.about} of account "
            f"{request.account} ({words}): give its user the account and the permission ads_read."
        )
    if (error.code, error.error_subcode) == (_INVALID, _NO_OBJECT):
        if request.is_run:
            raise RunLostError(words)
        raise AccountError(
            f"There is no account {request.account} for the token in the setting {source.setting} "
            f"({words}): correct account_ids, or give the token's user the account."
        )


def _words(error: Error, token: str) -> str:
    """Facebook's own words, without the token."""
    parts = [error.message, error.error_user_title or "", error.error_user_msg or ""]
    text = ", ".join(part.strip().rstrip(".") for part in parts if part)
    number = f"code {error.code}" + (f", subcode {error.error_subcode}" * bool(error.error_subcode))
    shown = " ".join(text.split()).replace(token, "<...>")[:_SHOWN_WORDS]
    return f"{shown!r}, {number}"
