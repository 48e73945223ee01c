"""The ASGI application: all of the Graph API's paths, and ours to control it."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from sandbox.answering import hang, json_response, send_half
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.facebook.calls import read_call
from sandbox.facebook.errors import GraphError
from sandbox.facebook.faults import Fault
from sandbox.facebook.forms import read_form
from sandbox.facebook.graph import Graph
from sandbox.facebook.limits import Limits, Usage
from sandbox.facebook.reports import Reports
from sandbox.facebook.service import Service, Struck
from sandbox.facebook.view import FacebookView
from sandbox.faults import Faults
from sandbox.traffic import Traffic

WORTH_PACKING = 1000


def create_app(view: FacebookView, home: Path) -> Starlette:
    """Build the application.

    Args:
        view: The world; when its clock moves, the API's clock moves.
        home: The data folder, by which the server is recognised.
    """
    traffic, clock, faults = Traffic(), Clock(), Faults(Fault)
    usage = Usage(clock)
    graph = Graph(view, usage, Reports(clock), traffic)
    service = Service(view, graph, usage, faults, traffic)
    return Starlette(
        routes=[
            *Control(home, lambda: view.clock, faults, traffic, clock).routes(),
            Route("/_sandbox/limits", _limits(usage), methods=["GET", "POST", "DELETE"]),
            Mount("/", _Endpoint(service, traffic)),
        ]
    )


class _Endpoint:
    """Every path of the API, as an ASGI application."""

    def __init__(self, service: Service, traffic: Traffic) -> None:
        self._service, self._traffic = service, traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; it is in flight until its last byte is handed over."""
        request = Request(scope, receive)
        try:
            form = read_form(request.headers.get("content-type", ""), await request.body())
        except GraphError as error:
            await error.response(scope, receive, send)
            return
        call = read_call(
            request.method,
            f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}",
            f"{scope['path']}?{scope['query_string'].decode('latin-1')}",
            form,
            request.headers.get("authorization"),
        )
        struck = self._service.strike(call)
        with self._traffic.request(struck.target.endpoint.partition("/")[0]):
            await _suffer(struck, receive)
            response = self._service.respond(struck)
            if "gzip" in request.headers.get("accept-encoding", ""):
                response = _packed(response)
            if struck.kind == "truncated":
                await send_half(response, send)
            else:
                await response(scope, receive, send)


async def _suffer(struck: Struck, receive: Receive) -> None:
    """Wait, where a fault says so."""
    if struck.fault and struck.kind == "latency":
        await asyncio.sleep(struck.fault.seconds)
    if struck.fault and struck.kind == "timeout":
        await hang(struck.fault.seconds, receive)


def _packed(response: Response) -> Response:
    """An answer as gzip, if it is worth it."""
    body = bytes(response.body)
    if len(body) < WORTH_PACKING:
        return response
    headers = {name: text for name, text in response.headers.items() if name != "content-length"}
    headers["content-encoding"] = "gzip"
    return Response(gzip.compress(body, 1), response.status_code, headers)


def _limits(usage: Usage) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that tells and sets the limits; whatever was counted is forgotten."""

    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            try:
                usage.reset(msgspec.json.decode(await request.body(), type=Limits))
            except msgspec.DecodeError as error:
                return json_response({"error": str(error)}, 400)
        elif request.method == "DELETE":
            usage.reset(Limits())
        return json_response(usage.limits)

    return endpoint
