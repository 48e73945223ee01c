"""The ASGI application: CleverTap's paths, and ours to control it below `/_sandbox/`."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.answering import json_response
from sandbox.clevertap.answers import failed
from sandbox.clevertap.campaigns import Campaigns
from sandbox.clevertap.endpoints import Endpoint, Handler, Service
from sandbox.clevertap.exports import Exports
from sandbox.clevertap.faults import Fault
from sandbox.clevertap.reports import Reports
from sandbox.clevertap.view import WorldView
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.traffic import Traffic

# CleverTap limits how many requests are in flight, not how many come.
READS, UPLOADS = 3, 15
COUNTS = ("events", "profiles", "trends", "top")


def create_app(view: WorldView, home: Path) -> Starlette:
    """Build the application.

    Args:
        view: The world; when its clock moves, the API's clock moves.
        home: The data folder, by which the server is recognised.
    """
    traffic = Traffic(lambda family: UPLOADS if family == "upload" else READS)
    clock, faults = Clock(), Faults(Fault)
    service = Service(view, traffic, faults, Exports(view, traffic, clock))
    reports = Reports(view)
    routes = [
        *_api_routes(service, reports),
        *Control(home, lambda: view.clock, faults, traffic, clock).routes(),
        Route("/_sandbox/counts", _counts(reports), methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _http_error})


def _api_routes(service: Service, reports: Reports) -> list[Route]:
    exports, campaigns = service.exports, Campaigns(service.view)
    paths: dict[str, tuple[str, dict[str, Handler]]] = {
        "/1/profile.json": ("profile", {"GET": exports.single}),
        "/1/targets/list.json": ("targets/list", {"POST": campaigns.targets}),
        "/1/targets/result.json": ("targets/result", {"POST": campaigns.target_result}),
        "/1/message/report.json": ("message/report", {"POST": campaigns.messages}),
        "/getSchema": ("getSchema", {"GET": reports.schema}),
        "/1/upload": ("upload", {"POST": reports.upload}),
        "/1/delete/profiles.json": ("delete/profiles", {"POST": reports.identities("identity")}),
        "/1/demerge/profiles.json": (
            "demerge/profiles",
            {"POST": reports.identities("identities")},
        ),
    }
    for family in ("events", "profiles"):
        handlers = {"POST": exports.open(family), "GET": exports.walk(family)}
        paths[f"/1/{family}.json"] = (family, handlers)
    for what in COUNTS:
        handlers = {"POST": reports.counts(what), "GET": reports.poll(what)}
        paths[f"/1/counts/{what}.json"] = (f"counts/{what}", handlers)
    return [
        Route(path, Endpoint(service, name, handlers)) for path, (name, handlers) in paths.items()
    ]


def _counts(reports: Reports) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that says how often a count is `partial` before it is there."""

    async def endpoint(request: Request) -> Response:
        wanted = msgspec.json.decode(await request.body(), type=_Counts)
        reports.partial_answers = wanted.partial_answers
        return json_response(wanted)

    return endpoint


class _Counts(msgspec.Struct, forbid_unknown_fields=True):
    partial_answers: int


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return failed(status, error.detail if isinstance(error, HTTPException) else "error")
