"""The smaller APIs: counts, schemas, uploads."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import msgspec
from starlette.responses import Response

from sandbox.answering import json_response
from sandbox.clevertap.answers import Call, RefusedError, succeeded, window
from sandbox.clevertap.exports import event_name
from sandbox.clevertap.view import WorldView
from sandbox.world.journeys import EVENT_NAMES

LONGEST_TREND = timedelta(days=366)
MOST_GROUPS = 5
LARGEST_UPLOAD = 1000
MOST_IDS = 100
USER_PROPERTIES = ("City", "Tier", "Customer Since", "Birthday", "Orders", "Tags")
REMEMBERED = 2000  # answers that a poll may still ask for
_PERIODS = {"daily": "%Y%m%d", "weekly": "%G%V", "monthly": "%Y%m"}


@dataclass
class _Pending:
    """An answer, and how often it is still `partial` before it comes."""

    what: str
    left: int
    answer: dict[str, object]


class Reports:
    """Serves what is computed rather than exported.

    Args:
        view: The world.
    """

    def __init__(self, view: WorldView) -> None:
        self._view = view
        self.partial_answers = 1
        self._pending: dict[int, _Pending] = {}
        self._requests = count(7_000_000)

    def counts(self, what: str) -> Callable[[Call], Response]:
        """The handler that asks for a count; the answer may come later, by `req_id`."""
        compute = {
            "events": self._count_events,
            "profiles": self._count_profiles,
            "trends": self._trends,
            "top": self._top,
        }[what]

        def handler(call: Call) -> Response:
            answer = compute(call)
            if not self.partial_answers:
                return succeeded(**answer)
            request = next(self._requests)
            self._pending[request] = _Pending(what, self.partial_answers - 1, answer)
            while len(self._pending) > REMEMBERED:
                del self._pending[next(iter(self._pending))]
            return json_response({"status": "partial", "req_id": request})

        return handler

    def poll(self, what: str) -> Callable[[Call], Response]:
        """The handler that tells whether a count is there yet."""

        def handler(call: Call) -> Response:
            text = call.query.get("req_id", "")
            pending = self._pending.get(int(text)) if text.isdecimal() else None
            if pending is None or pending.what != what:
                raise RefusedError(400, "Unknown req_id")
            if pending.left:
                pending.left -= 1
                return json_response({"status": "partial", "req_id": int(text)})
            return succeeded(**pending.answer)

        return handler

    def schema(self, call: Call) -> Response:
        """The names of all events, or of all properties of users."""
        kind = call.query.get("type")
        if kind == "events":
            system = {"App Launched", "App Uninstalled", "UTM Visited", "Notification Clicked"}
            return json_response(
                {
                    "events": [
                        {"name": name, "type": "system" if name in system else "custom"}
                        for name in EVENT_NAMES
                    ]
                }
            )
        if kind == "userProperties":
            return json_response({"userProperties": [{"name": name} for name in USER_PROPERTIES]})
        raise RefusedError(400, "type must be events or userProperties")

    def upload(self, call: Call) -> Response:
        """Check an upload as CleverTap does; the world itself takes nothing in."""
        items = call.field("d")
        if not isinstance(items, list) or len(items) > LARGEST_UPLOAD:
            raise RefusedError(400, f"d must be a list of at most {LARGEST_UPLOAD} records")
        bad = [
            {"status": "fail", "code": 515, "error": reason, "record": item}
            for item in items
            if (reason := _upload_error(item))
        ]
        status = "success" if not bad else "partial" if len(bad) < len(items) else "fail"
        return json_response(
            {"status": status, "processed": len(items) - len(bad), "unprocessed": bad}
        )

    def identities(self, key: str) -> Callable[[Call], Response]:
        """The handler of delete and demerge: checks the ids; the world itself stays."""

        def handler(call: Call) -> Response:
            ids = call.field(key)
            if isinstance(ids, str):
                ids = [ids]
            if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS:
                raise RefusedError(400, f"{key} must hold 1 to {MOST_IDS} ids")
            return succeeded()

        return handler

    def _count_events(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        by_day = self._view.events_between(event_name(call), first, last)
        return {"count": sum(by_day.values())}

    def _count_profiles(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        people = self._view.people_with(event_name(call), first, last, self._view.clock)
        return {"count": len(people)}

    def _trends(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        if last - first >= LONGEST_TREND:
            raise RefusedError(400, "The date range may not be longer than a year")
        name = event_name(call)
        answer: dict[str, object] = {}
        for group, wanted in _groups(call).items():
            form = _PERIODS.get(str(wanted.get("trend_type")))
            if form is None:
                raise RefusedError(400, "trend_type must be daily, weekly or monthly")
            if _is_unique(call):
                answer[group] = _profiles(self._view.people_by_day(name, first, last), form)
            else:
                answer[group] = _events(self._view.events_between(name, first, last), form)
        return answer

    def _top(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        fragments = self._view.fragments(event_name(call), first, last)
        properties = [msgspec.json.decode(b"{" + one)["event_props"] for one in fragments]
        answer: dict[str, object] = {}
        for group, wanted in _groups(call).items():
            values = Counter(
                str(found[wanted["name"]]) for found in properties if wanted.get("name") in found
            )
            most = wanted.get("top_n", 10)
            answer[group] = {"STR": dict(values.most_common(most if isinstance(most, int) else 10))}
        return answer


def _is_unique(call: Call) -> bool:
    unique = call.field("unique")
    if unique not in (None, True, False):
        raise RefusedError(400, "unique must be true or false")
    return bool(unique)


def _events(by_day: Mapping[date, int], form: str) -> dict[str, int]:
    """Events by period; a period without any is left out."""
    trend: Counter[str] = Counter()
    for day, events in by_day.items():
        trend[day.strftime(form)] += events
    return dict(trend)


def _profiles(by_day: Mapping[date, set[int]], form: str) -> dict[str, int]:
    """Profiles by period: each counts once in it, whatever its number of days and events."""
    trend: dict[str, set[int]] = defaultdict(set)
    for day, people in by_day.items():
        trend[day.strftime(form)] |= people
    return {period: len(people) for period, people in trend.items()}


def _groups(call: Call) -> dict[str, dict[str, object]]:
    groups = call.field("groups")
    if not isinstance(groups, dict) or not 0 < len(groups) <= MOST_GROUPS:
        raise RefusedError(400, f"groups must name 1 to {MOST_GROUPS} groups")
    if not all(isinstance(group, dict) for group in groups.values()):
        raise RefusedError(400, "each group must be an object")
    return groups


def _upload_error(item: object) -> str | None:
    if not isinstance(item, dict):
        return "A record must be an object"
    if not any(item.get(name) for name in ("identity", "objectId", "FBID", "GPID")):
        return "identity, objectId, FBID or GPID is required"
    if item.get("type") == "event":
        return None if item.get("evtName") else "evtName is required"
    if item.get("type") == "profile":
        return None if isinstance(item.get("profileData"), dict) else "profileData is required"
    return "type must be event or profile"
