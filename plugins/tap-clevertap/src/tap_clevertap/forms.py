"""What a good answer holds, one form per kind of request; what is nested stays raw JSON."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

ABSENT = msgspec.Raw(b"")
_SENDABLE = re.compile(r"[!-~]+")
_CONFLICT = 409
_NO_RESULT = re.compile(r"no result|n(?:ot|'t)(?: yet)?(?: been)? completed")


class Answer(msgspec.Struct):
    """The outside of every answer."""

    status: str | None = None
    error: msgspec.Raw = ABSENT
    code: int | str | None = None

    def lack(self) -> str:
        """Return what a good answer of this form holds and this one does not; "" if it is good.

        A 200 that is not what was asked for must not pass for an empty answer.
        """
        if self.status == "success":
            return ""
        return f"`status` is {self.status!r}" if self.status else "no `status` in the answer"

    @classmethod
    def is_no_result_yet(cls, http_status: int, words: str) -> bool:
        """Whether a refusal (its words in lower case) only says that it is too early to ask."""
        del http_status, words
        return False


Form = TypeVar("Form", bound=Answer)


class Opened(Answer):
    """The answer to an export's POST: the cursor of its first page."""

    cursor: str | None = None

    def lack(self) -> str:
        """Return what is missing."""
        if lack := super().lack():
            return lack
        return "no `cursor` in the answer" if self.cursor is None else _unsendable(self.cursor)


class Page(Answer):
    """A page of an export; the last one has neither records nor a cursor."""

    records: msgspec.Raw = ABSENT
    next_cursor: str | None = None

    def lack(self) -> str:
        """Return what is missing."""
        records = bytes(self.records)
        if records and not records.startswith(b"["):
            return "`records` is not a list"
        return super().lack() or _unsendable(self.next_cursor)


class SchemaItems(Answer, rename={"user_properties": "userProperties"}):
    """The answer of getSchema, which has no `status`."""

    events: list[object] | None = None
    user_properties: list[object] | None = None

    def lack(self) -> str:
        """Return nothing: which list is wanted depends on the request."""
        return ""


class Polled(Answer):
    """An answer that may be `partial`, to be asked for again by its `req_id`."""

    req_id: int | str | None = None

    @property
    def is_partial(self) -> bool:
        """Whether CleverTap is still computing."""
        return self.status == "partial"

    def lack(self) -> str:
        """Return what is missing."""
        if not self.is_partial:
            return super().lack()
        return "no `req_id` in the answer" if self.req_id is None else ""


PolledForm = TypeVar("PolledForm", bound=Polled)


class Count(Polled):
    """The answer of /1/counts/events.json."""

    count: int | None = None

    def lack(self) -> str:
        """Return what is missing."""
        missing = "" if self.is_partial or self.count is not None else "no `count` in the answer"
        return super().lack() or missing


class Trend(Polled):
    """The answer of /1/counts/trends.json for one group, `daily`: numbers by yyyymmdd."""

    daily: dict[str, int] | None = None

    def lack(self) -> str:
        """Return what is missing."""
        missing = "" if self.is_partial or self.daily is not None else "no `daily` in the answer"
        return super().lack() or missing


class Messages(Answer):
    """The answer of /1/message/report.json."""

    messages: list[dict[str, msgspec.Raw]] | None = None
    total_results: int | None = None

    def lack(self) -> str:
        """Return what is missing."""
        if lack := super().lack():
            return lack
        if self.messages is None and self.total_results != 0:
            return "no `messages` in the answer"
        announced, found = self.total_results or 0, len(self.messages or ())
        return f"{found} messages of {announced}" if found < announced else ""


class Campaigns(Answer):
    """The answer of /1/targets/list.json; a window without campaigns may have no list."""

    targets: list[dict[str, msgspec.Raw]] | None = None


class CampaignResult(Answer):
    """The answer of /1/targets/result.json."""

    result: msgspec.Raw = ABSENT

    def lack(self) -> str:
        """Return what is missing."""
        found = bytes(self.result).startswith(b"{")
        return super().lack() or ("" if found else "no `result` in the answer")

    @classmethod
    def is_no_result_yet(cls, http_status: int, words: str) -> bool:
        """Whether it is one of the three forms: 409, or words with HTTP 500 or 200."""
        return http_status == _CONFLICT or _NO_RESULT.search(words) is not None


def _unsendable(cursor: str | None) -> str:
    if cursor is None or _SENDABLE.fullmatch(cursor):
        return ""
    return "a cursor that cannot stand in a URL"
