"""The events and profiles APIs: a POST that opens a chain, GETs that walk it."""

from collections.abc import Callable

import msgspec
from starlette.responses import Response

from sandbox.answering import json_response
from sandbox.clevertap.answers import Call, RefusedError, succeeded, window
from sandbox.clevertap.cursors import Cursor, read_cursor, write_cursor
from sandbox.clevertap.faults import Fault
from sandbox.clevertap.records import PARTS, profile_record
from sandbox.clevertap.view import WorldView
from sandbox.clock import Clock
from sandbox.traffic import Traffic
from sandbox.world.journeys import EVENT_NAMES

DEFAULT_BATCH, LARGEST_BATCH = 500, 5000
HOUR = 3600
REMEMBERED = 2000  # cursors, of about 1.9 KB each
# Seconds since the chain's start, and since the cursor was handed out.
LIFETIMES = {"events": (4 * HOUR, HOUR), "profiles": (96 * HOUR, 96 * HOUR)}


class Exports:
    """Serves chains of pages.

    Args:
        view: The world.
        traffic: Where served records are counted.
        clock: By which cursors expire.
    """

    def __init__(self, view: WorldView, traffic: Traffic, clock: Clock) -> None:
        self._view = view
        self._traffic = traffic
        self._clock = clock
        self._handed_out: dict[tuple[object, ...], str] = {}

    def open(self, family: str) -> Callable[[Call], Response]:
        """The handler that opens a chain of a family."""

        def handler(call: Call) -> Response:
            name = event_name(call)
            first, last = window(call)
            now = self._clock.now()
            cursor = Cursor(
                family=family,
                event_name=name,
                first=first,
                last=last,
                batch_size=_batch_size(call),
                parts=tuple(part for part in PARTS if call.query.get(part) == "true"),
                clock=self._view.clock,
                created=now,
                issued=now,
            )
            return succeeded(cursor=self._hand_out(cursor))

        return handler

    def walk(self, family: str) -> Callable[[Call], Response]:
        """The handler that serves a page of a family."""

        def handler(call: Call) -> Response:
            cursor = self._valid(call, family)
            records = self._view.page(cursor)
            if not records:
                return succeeded()
            self._traffic.records(family, len(records))
            following = self._cursor_text(cursor, cursor.page + 1)
            return _page(following, b"[" + b",".join(records) + b"]")

        return handler

    def astray(self, call: Call, family: str, fault: Fault) -> Response:
        """A page that leads in a circle, or has nothing where its records should be."""
        cursor = self._valid(call, family)
        if fault.kind == "records_null":
            return _page(self._cursor_text(cursor, cursor.page + 1), b"null")
        records = b"[" + b",".join(self._view.page(cursor)) + b"]"
        return _page(self._cursor_again(cursor, max(cursor.page + 1 - fault.length, 0)), records)

    def single(self, call: Call) -> Response:
        """One profile by identity, email or objectId."""
        wanted = {name: call.query[name] for name in _IDENTIFIERS if name in call.query}
        if len(wanted) != 1:
            raise RefusedError(400, f"Give one of {', '.join(_IDENTIFIERS)}")
        _ = self._view.clock
        for person in self._view.people:
            known = {"objectId": [device.object_id for device in person.devices]}
            if person.customer:
                known["identity"] = [person.customer.customer_id]
                known["email"] = [person.customer.email]
            if all(value in known.get(name, ()) for name, value in wanted.items()):
                return succeeded(record=msgspec.Raw(profile_record(person)))
        raise RefusedError(404, "Profile not found")

    def _valid(self, call: Call, family: str) -> Cursor:
        cursor = read_cursor(call.cursor or "")
        if cursor is None or cursor.family != family or self._is_expired(cursor):
            raise RefusedError(200, "Incorrect Usage", 3)
        return cursor

    def _is_expired(self, cursor: Cursor) -> bool:
        whole, idle = LIFETIMES[cursor.family]
        now = self._clock.now()
        return now - cursor.created > whole or now - cursor.issued > idle

    def _cursor_text(self, cursor: Cursor, page: int) -> str:
        return self._hand_out(msgspec.structs.replace(cursor, page=page, issued=self._clock.now()))

    def _cursor_again(self, cursor: Cursor, page: int) -> str:
        """The very text that led to this page before: a circle is one of equal cursors."""
        again = self._handed_out.get(_place(cursor, page))
        return again or self._cursor_text(cursor, page)

    def _hand_out(self, cursor: Cursor) -> str:
        text = write_cursor(cursor)
        self._handed_out[_place(cursor, cursor.page)] = text
        while len(self._handed_out) > REMEMBERED:
            del self._handed_out[next(iter(self._handed_out))]
        return text


def _place(cursor: Cursor, page: int) -> tuple[object, ...]:
    """What tells a chain's page from every other."""
    return cursor.family, cursor.event_name, cursor.first, cursor.created, page


_IDENTIFIERS = ("identity", "email", "objectId")


def event_name(call: Call) -> str:
    """The event of a body; names are case-sensitive."""
    name = call.field("event_name")
    if not isinstance(name, str):
        raise RefusedError(400, "event_name is missing")
    if name not in EVENT_NAMES:
        raise RefusedError(200, [f"Invalid event : {name}"], 400)
    return name


def _batch_size(call: Call) -> int:
    text = call.query.get("batch_size", str(DEFAULT_BATCH))
    if not text.isdigit() or not 0 < int(text) <= LARGEST_BATCH:
        raise RefusedError(400, f"batch_size must be a number from 1 to {LARGEST_BATCH}")
    return int(text)


def _page(next_cursor: str, records: bytes) -> Response:
    """A page, put together without touching its records."""
    return json_response(
        {"status": "success", "next_cursor": next_cursor, "records": msgspec.Raw(records)}
    )
