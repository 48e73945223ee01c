"""Counts, messages and campaigns of the fake CleverTap."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

Reply = tuple[dict[str, Any], int]


class FakeReports:
    """Computes what is reported, most of it from the events that are served."""

    def __init__(self, events: Mapping[tuple[str, int], list[bytes]]) -> None:
        self.partial_answers = 0
        self.uncounted: Counter[tuple[str, int]] = Counter()  # events that no count knows
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.campaigns: list[dict[str, Any]] = []
        self.results: dict[int, dict[str, Any] | None] = {}
        self._events = events
        self._pending: list[tuple[Reply, int]] = []

    def add_campaign(self, number: int, day: int, result: dict[str, Any] | None) -> None:
        """Add a campaign; without a result it has none yet."""
        name, status = f"Campaign {number}", "completed" if result else "running"
        self.campaigns.append({"id": number, "name": name, "scheduled_on": day, "status": status})
        self.results[number] = result

    def reply(self, path: str, body: Mapping[str, Any], request_id: str) -> Reply:
        if request_id:
            return self._poll(int(request_id))
        compute = {
            "/1/counts/events.json": self._count,
            "/1/counts/trends.json": self._trend,
            "/1/message/report.json": self._messages,
            "/1/targets/list.json": self._campaigns,
            "/1/targets/result.json": self._result,
        }[path]
        computed = compute(body)
        if self.partial_answers and "/counts/" in path:
            self._pending.append((computed, self.partial_answers))
            return {"status": "partial", "req_id": len(self._pending)}, 200
        return computed

    def _poll(self, request_id: int) -> Reply:
        if request_id > len(self._pending):
            return {"status": "fail", "error": "Unknown req_id", "code": 400}, 400
        computed, left = self._pending[request_id - 1]
        self._pending[request_id - 1] = (computed, left - 1)
        return computed if left <= 1 else ({"status": "partial", "req_id": request_id}, 200)

    def _days(self, body: Mapping[str, Any]) -> dict[int, list[bytes]]:
        return {
            day: records
            for (name, day), records in self._events.items()
            if name == body["event_name"] and body["from"] <= day <= body["to"]
        }

    def _count(self, body: Mapping[str, Any]) -> Reply:
        name, days = body["event_name"], self._days(body)
        return {
            "status": "success",
            "count": sum(map(len, days.values())) - sum(self.uncounted[name, day] for day in days),
        }, 200

    def _trend(self, body: Mapping[str, Any]) -> Reply:
        (group,) = body["groups"]
        numbers = {
            str(day): len({_device(record) for record in records})
            if body["unique"]
            else len(records)
            for day, records in self._days(body).items()
        }
        return {"status": "success", group: numbers}, 200

    def _messages(self, body: Mapping[str, Any]) -> Reply:
        found = [
            message
            for day, messages in self.messages.items()
            if body["from"] <= day <= body["to"]
            for message in messages
        ]
        return {"status": "success", "total_results": len(found), "messages": found}, 200

    def _campaigns(self, body: Mapping[str, Any]) -> Reply:
        found = [c for c in self.campaigns if body["from"] <= c["scheduled_on"] <= body["to"]]
        return {"status": "success", "targets": found}, 200

    def _result(self, body: Mapping[str, Any]) -> Reply:
        result = self.results[body["id"]]
        if result is None:
            return {"status": "fail", "error": "Campaign is running", "code": 409}, 409
        return {"status": "success", "result": result}, 200


def _device(record: bytes) -> str:
    return str(msgspec.json.decode(record).get("profile", {}).get("objectId"))
