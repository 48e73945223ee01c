"""A CleverTap of a few events, whose every answer a test may replace, and that keeps the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, quote_plus, urlsplit

import msgspec
from fake_reports import FakeReports

if TYPE_CHECKING:
    from datetime import date

DATE = "Sat, 31 Oct 2026 18:00:00 GMT"  # 23:30 in Asia/Kolkata
PADDING = "aB+/=" * 300  # makes a cursor of about 2 KB with %2B, %2F and %3D


@dataclass
class Answer:
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A request as it came: `target` is the request line's, untouched."""

    method: str
    target: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def is_page(self) -> bool:
        return "cursor=" in self.target


Fault = Callable[[Seen], Answer | None]


def answer(value: object, status: int = 200) -> Answer:
    return Answer(msgspec.json.encode(value), status)


class FakeClevertap:
    """Serves `events[(name, day)]` (lists of raw JSON records) in pages of `page_size`."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, int], list[bytes]] = {}
        self.profiles: dict[tuple[str, int], list[bytes]] = {}
        self.schema: dict[str, list[Any]] = {"events": [], "userProperties": []}
        self.reports = FakeReports(self.events)
        self.page_size = 2
        self.seen: list[Seen] = []
        self.faults: list[Fault] = []
        self.hold = threading.Event()  # cleared: answers wait
        self.hold.set()
        self.in_flight = 0
        self.most_in_flight = 0
        self.date = DATE
        self._lock = threading.Lock()
        self._cursors: dict[str, tuple[list[bytes], int]] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet

            def do_GET(self) -> None:
                fake.serve(self)

            def do_POST(self) -> None:
                fake.serve(self)

            def date_time_string(self, timestamp: float | None = None) -> str:
                del timestamp
                return fake.date

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args: object) -> None:
                pass  # a client that leaves is part of the tests

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [seen.body for seen in self.seen if seen.method == "POST"]

    @property
    def pages(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.is_page]

    def add(self, name: str, day: date | int, *records: bytes | dict[str, Any]) -> None:
        number = day if isinstance(day, int) else int(day.strftime("%Y%m%d"))
        raw = [r if isinstance(r, bytes) else msgspec.json.encode(r) for r in records]
        self.events.setdefault((name, number), []).extend(raw)

    def once(self, when: Callable[[Seen], bool], reply: Answer, times: int = 1) -> None:
        """Answer the first `times` requests that match with `reply`."""
        left = [times]

        def fault(seen: Seen) -> Answer | None:
            if left[0] and when(seen):
                left[0] -= 1
                return reply
            return None

        self.faults.append(fault)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("Content-Length") or 0)
        raw = handler.rfile.read(size)
        seen = Seen(
            handler.command,
            handler.path,
            {name.lower(): value for name, value in handler.headers.items()},
            msgspec.json.decode(raw) if raw else {},
        )
        with self._lock:
            self.seen.append(seen)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            self.hold.wait(30)
            with self._lock:
                reply = next((r for f in self.faults if (r := f(seen))), None) or self.reply(seen)
        finally:
            with self._lock:
                self.in_flight -= 1
        handler.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body)
        handler.wfile.flush()
        if "X-Hang" in reply.headers:
            time.sleep(1)
        if "Content-Length" in reply.headers:  # a lie: nothing more will come
            handler.close_connection = True

    def reply(self, seen: Seen) -> Answer:
        if seen.headers.get("x-clevertap-passcode") != "PASS-SECRET":
            return answer({"status": "fail", "error": "Invalid Credentials", "code": 401}, 401)
        if seen.path == "/getSchema":
            kind = parse_qs(urlsplit(seen.target).query)["type"][0]
            return answer({kind: self.schema[kind]})
        if seen.is_page:
            cursor = seen.target.partition("cursor=")[2]
            if cursor not in self._cursors:
                return answer({"status": "fail", "error": "Incorrect Usage", "code": 3})
            return self.page(*self._cursors[cursor])
        if seen.path not in {"/1/events.json", "/1/profiles.json"}:
            request_id = parse_qs(urlsplit(seen.target).query).get("req_id", [""])[0]
            return answer(*self.reports.reply(seen.path, seen.body, request_id))
        rows = self.events if "events" in seen.path else self.profiles
        records = rows.get((seen.body["event_name"], seen.body["from"]), [])
        return answer({"status": "success", "cursor": self._cursor(records, 0)})

    def page(self, records: list[bytes], at: int) -> Answer:
        page = records[at : at + self.page_size]
        if not page:
            return answer({"status": "success"})
        following = self._cursor(records, at + self.page_size)
        body = b'{"status":"success","next_cursor":"%s","records":[%s]}'
        return Answer(body % (following.encode(), b",".join(page)))

    def _cursor(self, records: list[bytes], at: int) -> str:
        cursor = quote_plus(f"{PADDING}{len(self._cursors)}=") + "%2b%7E"
        self._cursors[cursor] = (records, at)
        return cursor
