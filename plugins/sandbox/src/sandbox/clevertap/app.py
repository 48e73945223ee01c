"""The ASGI application: CleverTap's paths, and ours to control it below `/_sandbox/`."""

import os
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clevertap.answers import failed, json_response
from sandbox.clevertap.campaigns import Campaigns
from sandbox.clevertap.endpoints import Endpoint, Handler, Service
from sandbox.clevertap.exports import Exports
from sandbox.clevertap.faults import KINDS, Fault, Faults
from sandbox.clevertap.reports import Reports
from sandbox.clevertap.traffic import Traffic
from sandbox.clevertap.view import WorldView

COUNTS = ("events", "profiles", "trends", "top")


def create_app(view: WorldView, home: Path) -> Starlette:
    """Build the application.

    Args:
        view: The world; when its clock moves, the API's clock moves.
        home: The data folder, by which the server is recognised.
    """
    traffic = Traffic()
    service = Service(view, traffic, Faults(), Exports(view, traffic))
    reports = Reports(view)
    routes = [
        *_api_routes(service, reports),
        *_Control(service, reports, home).routes(),
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


class _Control:
    """Endpoints for tests; no real API has them."""

    def __init__(self, service: Service, reports: Reports, home: Path) -> None:
        self._service = service
        self._reports = reports
        self._home = home

    def routes(self) -> list[Route]:
        return [
            Route("/_sandbox/health", self.health),
            Route("/_sandbox/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/_sandbox/stats", self.stats, methods=["GET", "POST"]),
            Route("/_sandbox/clock", self.clock, methods=["GET", "POST"]),
            Route("/_sandbox/counts", self.counts, methods=["POST"]),
        ]

    async def health(self, _request: Request) -> Response:
        return json_response(
            {"home": str(self._home), "pid": os.getpid(), "clock": str(self._service.view.clock)}
        )

    async def faults(self, request: Request) -> Response:
        faults = self._service.faults
        if request.method == "POST":
            try:
                faults.order(msgspec.json.decode(await request.body(), type=Fault))
            except msgspec.DecodeError as error:
                return failed(400, f"{error}; kinds are {', '.join((*KINDS, 'random'))}")
        elif request.method == "DELETE":
            faults.clear()
        return json_response(faults.listed())

    async def stats(self, request: Request) -> Response:
        if request.method == "POST":
            self._service.traffic.reset()
        return json_response(self._service.traffic.stats())

    async def clock(self, request: Request) -> Response:
        """The clock by which cursors expire, ahead of the true one by so many seconds."""
        exports = self._service.exports
        if request.method == "POST":
            exports.skew += msgspec.json.decode(await request.body(), type=_Step).advance_seconds
        return json_response({"skew_seconds": exports.skew})

    async def counts(self, request: Request) -> Response:
        """How often a count is `partial` before it is there."""
        wanted = msgspec.json.decode(await request.body(), type=_Counts)
        self._reports.partial_answers = wanted.partial_answers
        return json_response(wanted)


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    advance_seconds: float


class _Counts(msgspec.Struct, forbid_unknown_fields=True):
    partial_answers: int


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return failed(status, error.detail if isinstance(error, HTTPException) else "error")
