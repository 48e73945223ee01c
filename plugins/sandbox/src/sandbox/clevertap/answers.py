"""The shapes of CleverTap's answers."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from starlette.responses import Response

from sandbox.answering import json_response


class Call(NamedTuple):
    """A request, as far as a handler cares.

    `cursor` is the raw text from the query string; `body` is the JSON that was sent, or None.
    """

    query: Mapping[str, str]
    cursor: str | None
    body: object

    def field(self, name: str) -> object:
        """A field of the body; None when it is absent or the body is no object."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class RefusedError(Exception):
    """An answer that ends the request: HTTP status, CleverTap's words, and its own code."""

    def __init__(self, status: int, error: object, code: int | None = None) -> None:
        super().__init__(error)
        self.status, self.error, self.code = status, error, code

    @property
    def response(self) -> Response:
        """The answer itself."""
        return failed(self.status, self.error, self.code)


def succeeded(**fields: object) -> Response:
    """What CleverTap answers when all is well."""
    return json_response({"status": "success", **fields})


def failed(status: int, error: object, code: int | None = None) -> Response:
    """What CleverTap answers when not."""
    return json_response({"status": "fail", "error": error, "code": code or status}, status)


def window(call: Call) -> tuple[date, date]:
    """The days `from` and `to` of a body, both included; numbers or texts as yyyymmdd."""
    first, last = (_day(call.field(name), name) for name in ("from", "to"))
    if first > last:
        raise RefusedError(400, "Invalid date range: from is after to")
    return first, last


def _day(value: object, name: str) -> date:
    text = str(value)
    try:
        return date.fromisoformat(text if text.isdigit() else "")
    except ValueError:
        raise RefusedError(400, f"Invalid date in {name}: it must be yyyymmdd") from None
