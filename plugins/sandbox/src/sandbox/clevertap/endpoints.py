"""From HTTP to a handler: credentials, the limit in flight, faults, headers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.answering import hang, json_response, send_half
from sandbox.clevertap.answers import Call, RefusedError, failed
from sandbox.clevertap.cursors import read_cursor
from sandbox.clevertap.exports import Exports
from sandbox.clevertap.faults import ANSWERS, PAGES, Fault
from sandbox.clevertap.view import WorldView
from sandbox.faults import Asked, Faults
from sandbox.traffic import Traffic

ACCOUNT_ID, PASSCODE = "SANDBOX-ACCOUNT", "SANDBOX-PASSCODE"
Handler = Callable[[Call], Response]


@dataclass
class Service:
    """What all endpoints share."""

    view: WorldView
    traffic: Traffic
    faults: Faults[Fault]
    exports: Exports


class Endpoint:
    """One path of the API, as an ASGI application.

    Args:
        service: What endpoints share.
        name: Its path without the frame, such as `counts/events`; the first word is the family
            whose requests in flight are limited together.
        handlers: What to do by HTTP method.
    """

    def __init__(self, service: Service, name: str, handlers: Mapping[str, Handler]) -> None:
        self._service = service
        self._name = name
        self._family = name.partition("/")[0]
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; it is in flight until its last byte is handed over."""
        request = Request(scope, receive)
        refusal = _check_credentials(request)
        if refusal:
            await self._send(refusal, scope, receive, send)
            return
        with self._service.traffic.request(self._family) as room:
            if not room:
                refusal = failed(429, "Too many concurrent requests")
                await self._send(refusal, scope, receive, send)
                return
            call, bad = await _read(request)
            asked = Asked(self._name, request.method, _event_of(call))
            fault = self._service.faults.strike(asked)
            if fault:
                self._service.traffic.fault(fault.kind)
                await asyncio.sleep(fault.seconds if fault.kind == "latency" else 0)
            if fault and fault.kind == "timeout":
                await hang(fault.seconds, receive)
            response = bad or self._answer(request.method, call, fault)
            if fault and fault.kind == "truncated":
                response.headers["date"] = self._service.view.http_date
                await send_half(response, send)
            else:
                await self._send(response, scope, receive, send)

    def _answer(self, method: str, call: Call, fault: Fault | None) -> Response:
        handler = self._handlers.get(method)
        try:
            if handler is None:
                return failed(405, "Method Not Allowed")
            instead = self._befall(call, fault) if fault else None
            return instead or handler(call)
        except RefusedError as refusal:
            return refusal.response

    def _befall(self, call: Call, fault: Fault) -> Response | None:
        """What a fault puts in the place of the true answer, if it does."""
        kind = fault.kind
        if kind in ANSWERS:
            status, error, code = ANSWERS[kind]
            if kind == "invalid_event":
                error = [f"Invalid event : {_event_of(call)}"]
            return failed(status, error, code)
        if kind in PAGES:
            return self._service.exports.astray(call, self._family, fault)
        instead = _INSTEAD.get(kind)
        return instead() if instead else None

    async def _send(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        response.headers["date"] = self._service.view.http_date
        await response(scope, receive, send)


_INSTEAD: dict[str, Callable[[], Response]] = {
    "accepted": lambda: json_response({"status": "success"}, 202),
    "timeout": lambda: failed(504, "Gateway Timeout"),
    "not_json": lambda: HTMLResponse("<html><body>Please stand by.</body></html>"),
    "no_result_200": lambda: json_response(
        {"status": "success", "error": "This target hasn't been completed", "code": 200}
    ),
}


def _check_credentials(request: Request) -> Response | None:
    if request.headers.get("x-clevertap-account-id") != ACCOUNT_ID:
        return failed(401, "Account ID is not valid")
    if request.headers.get("x-clevertap-passcode") != PASSCODE:
        return failed(401, "Invalid Credentials")
    return None


async def _read(request: Request) -> tuple[Call, Response | None]:
    """The call, and what to say of a body that is no JSON."""
    raw = request.scope["query_string"].decode("latin-1")
    pairs = (pair.partition("=") for pair in raw.split("&"))
    cursor = next((value for name, _, value in pairs if name == "cursor"), None)
    query = dict(parse_qsl(raw))
    if request.method != "POST":
        return Call(query, cursor, None), None
    try:
        return Call(query, cursor, msgspec.json.decode(await request.body())), None
    except msgspec.DecodeError:
        return Call(query, cursor, None), failed(400, "The body is not valid JSON")


def _event_of(call: Call) -> str | None:
    """The event that a request is about; a page knows it by its cursor."""
    name = call.field("event_name")
    if isinstance(name, str):
        return name
    cursor = read_cursor(call.cursor) if call.cursor else None
    return cursor.event_name if cursor else None
