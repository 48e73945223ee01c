"""CleverTap's endpoints: how each is asked, and what it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from tap_clevertap import forms
from tap_clevertap.answers import Request
from tap_clevertap.errors import AnswerError, CursorLostError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_clevertap.client import ClevertapClient

# At most a year and five groups per request of trends; at most 31 days of campaigns.
TREND_DAYS, CAMPAIGN_DAYS = 365, 31
_ID = re.compile(rb'[0-9"]')
_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_TREND = {"daily": {"trend_type": "daily"}}


@dataclass(frozen=True, slots=True)
class Export:
    """One of the APIs that are read by cursor.

    Attributes:
        path: Of both the POST and the GETs.
        params: The POST's query, but for `batch_size`.
        setting: The setting that names the events.
    """

    path: str
    params: Mapping[str, str]
    setting: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What is read at a time: account-local days, both included, of one event or of none."""

    first: date
    last: date
    event_name: str = ""

    def __str__(self) -> str:
        days = f"{self.first}" + (f" to {self.last}" if self.last != self.first else "")
        return f"event {self.event_name!r} on {days}" if self.event_name else days

    @property
    def query(self) -> dict[str, object]:
        """The body of a request for it: days as numbers, yyyymmdd."""
        event = {"event_name": self.event_name} if self.event_name else {}
        return {**event, "from": int(_digits(self.first)), "to": int(_digits(self.last))}


def schema_items(client: ClevertapClient, kind: str) -> list[object]:
    """Return what `GET /getSchema` lists; `kind` is `events` or `userProperties`.

    Raises:
        AnswerError: The API refused, or the answer has no such list.
    """
    answer = client.send(
        Request(
            "GET", "/getSchema", f"the list of {kind}", forms.SchemaItems, params={"type": kind}
        )
    )
    items = answer.events if kind == "events" else answer.user_properties
    if items is None:
        raise AnswerError(f"CleverTap's answer to GET /getSchema has no list {kind!r}.")
    return items


def export_pages(client: ClevertapClient, export: Export, piece: Slice) -> Iterator[bytes]:
    """Yield each page's `records`, a JSON array, until the cursors end.

    Raises:
        CursorLostError: The chain cannot be followed to its end; what was yielded is void.
        ExportNotAllowedError: The event is not exported.
        TapError: The API refused, or failed for longer than `max_retry_seconds`.
    """
    opened = client.send(
        Request(
            "POST",
            export.path,
            str(piece),
            forms.Opened,
            piece.event_name,
            export.setting,
            params={"batch_size": str(client.settings.batch_size), **export.params},
            body=msgspec.json.encode(piece.query),
        )
    )
    cursor = opened.cursor
    followed: set[str] = set()
    while cursor is not None:
        if cursor in followed:
            raise CursorLostError(f"page {len(followed)} points back to an earlier one")
        followed.add(cursor)
        request = Request(
            "GET",
            export.path,
            str(piece),
            forms.Page,
            piece.event_name,
            export.setting,
            cursor=cursor,
        )
        page = client.send(request)
        if records := bytes(page.records):
            yield records
        cursor = page.next_cursor


def event_count(client: ClevertapClient, piece: Slice) -> int:
    """Return how many events CleverTap counts: `POST /1/counts/events.json`.

    Raises:
        TapError: See `ClevertapClient.send_and_poll`.
    """
    request = _post("/1/counts/events.json", f"the count of {piece}", forms.Count, piece)
    return client.send_and_poll(request).count or 0


def daily_trend(client: ClevertapClient, piece: Slice, *, unique: bool) -> dict[date, int]:
    """Return the events, or their users, by day: `POST /1/counts/trends.json`.

    A day that is absent has none.

    Raises:
        AnswerError: The answer's days are none, or see `ClevertapClient.send_and_poll`.
    """
    request = _post(
        "/1/counts/trends.json",
        f"the {'users' if unique else 'trend'} of {piece}",
        forms.Trend,
        piece,
        unique=unique,
        groups=_TREND,
    )
    numbers = client.send_and_poll(request).daily or {}
    try:
        return {_day(day): number for day, number in numbers.items()}
    except ValueError as error:
        raise AnswerError(
            f"CleverTap's answer for {request.about} has a day that is none ({error})."
        ) from None


def messages(client: ClevertapClient, piece: Slice) -> list[dict[str, msgspec.Raw]]:
    """Return the messages of one day: `POST /1/message/report.json`.

    The day is asked for alone and as an aggregate: what its `daily` split looks like is not
    documented.

    Raises:
        TapError: See `ClevertapClient.send`.
    """
    days = {"from": _digits(piece.first), "to": _digits(piece.last)}  # as texts, here
    request = Request(
        "POST",
        "/1/message/report.json",
        f"the messages of {piece}",
        forms.Messages,
        body=msgspec.json.encode({**days, "daily": False}),
    )
    return client.send(request).messages or []


def campaigns(client: ClevertapClient, piece: Slice) -> list[dict[str, msgspec.Raw]]:
    """Return the campaigns scheduled in a window of `CAMPAIGN_DAYS`: `POST /1/targets/list.json`.

    Raises:
        AnswerError: One has no id, or see `ClevertapClient.send`.
    """
    request = _post("/1/targets/list.json", f"the campaigns of {piece}", forms.Campaigns, piece)
    found = client.send(request).targets or []
    for campaign in found:
        if not _ID.match(bytes(campaign.get("id", b""))):
            raise AnswerError(f"CleverTap lists a campaign of {piece} that has no id.")
    return found


def campaign_result(client: ClevertapClient, campaign_id: msgspec.Raw) -> msgspec.Raw:
    """Return what a campaign reached, a JSON object: `POST /1/targets/result.json`.

    Raises:
        NoResultError: It has no result yet.
        TapError: See `ClevertapClient.send`.
    """
    request = Request(
        "POST",
        "/1/targets/result.json",
        f"the result of campaign {bytes(campaign_id).decode()}",
        forms.CampaignResult,
        body=msgspec.json.encode({"id": campaign_id}),
    )
    return client.send(request).result


def _post(
    path: str, about: str, form: type[forms.Form], piece: Slice, **more: object
) -> Request[forms.Form]:
    body = msgspec.json.encode({**piece.query, **more})
    return Request("POST", path, about, form, piece.event_name, "event_names", body=body)


def _digits(day: date) -> str:
    return day.strftime("%Y%m%d")


def _day(digits: str) -> date:
    if not _EIGHT_DIGITS.fullmatch(digits):  # a week or a month would pass as a date, too
        raise ValueError(f"{digits[:40]!r} is not yyyymmdd")
    return date.fromisoformat(digits)
