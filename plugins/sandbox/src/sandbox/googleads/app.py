"""The ASGI application: the paths of googleads.googleapis.com and of the OAuth endpoint."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.answering import hang, json_response, send_half
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.faults import Asked, Faults
from sandbox.googleads import metadata
from sandbox.googleads.access import check_credentials, check_version, customer_for, exists
from sandbox.googleads.failures import ApiError, request_id
from sandbox.googleads.faults import ANSWERS, SEARCH, STREAM, TOKEN, Fault
from sandbox.googleads.gaql import parse
from sandbox.googleads.oauth import OAuthError, ServiceAccount, Tokens
from sandbox.googleads.service import Service, query_of
from sandbox.googleads.view import GoogleView
from sandbox.traffic import Traffic

FIELDS = "googleAdsFields:search"
ACCESSIBLE = "customers:listAccessibleCustomers"
_TOKEN_FAULTS = {
    "invalid_grant": OAuthError(400, "invalid_grant", "Token has been expired or revoked."),
    "unavailable": OAuthError(503, "internal_failure", "Backend Error"),
    "timeout": OAuthError(504, "internal_failure", "Backend Error"),
}
_NOT_FOUND = (
    "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>The requested URL "
    "was not found on this server.</html>"
)


def create_app(view: GoogleView, home: Path) -> Starlette:
    """Build the application.

    Args:
        view: The world; when its clock moves, the API's clock moves.
        home: The data folder, by which the server is recognised.
    """
    clock, faults, traffic = Clock(), Faults(Fault), Traffic()
    account = ServiceAccount(home)
    service = Service(view, Tokens(account, clock), clock)

    def route(path: str, name: str, method: str) -> Route:
        return Route(path, Endpoint(service, faults, traffic, name, method))

    return Starlette(
        routes=[
            *Control(home, lambda: view.clock, faults, traffic, clock).routes(),
            Route("/_sandbox/pages", _pages(service), methods=["GET", "POST"]),
            Route("/_sandbox/service-account", _key_file(account)),
            route("/token", TOKEN, "POST"),
            route("/{version}/customers/{customer_id}/googleAds:search", SEARCH, "POST"),
            route("/{version}/customers/{customer_id}/googleAds:searchStream", STREAM, "POST"),
            route("/{version}/customers:listAccessibleCustomers", ACCESSIBLE, "GET"),
            route("/{version}/googleAdsFields:search", FIELDS, "POST"),
            route("/{version}/googleAdsFields/{field}", "googleAdsFields", "GET"),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
    )


class Endpoint:
    """One path of the API, as an ASGI application.

    Args:
        service: What endpoints share.
        faults: Orders for trouble.
        traffic: What was served.
        name: Its path without version and customer.
        method: The HTTP method it knows.
    """

    def __init__(
        self,
        service: Service,
        faults: Faults[Fault],
        traffic: Traffic,
        name: str,
        method: str,
    ) -> None:
        self._service = service
        self._faults = faults
        self._traffic = traffic
        self._name = name
        self._method = method

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        version = request.path_params.get("version", "v26")
        if request.method != self._method or not exists(version):
            await HTMLResponse(_NOT_FOUND, 404)(scope, receive, send)
            return
        with self._traffic.request(self._name):
            body = await request.body()
            about = f"{request.path_params.get('customer_id', '')}/{_resource(body)}"
            fault = self._faults.strike(Asked(self._name, request.method, about))
            if fault:
                self._traffic.fault(fault.kind)
                await asyncio.sleep(fault.seconds if fault.kind == "latency" else 0)
                if fault.kind == "timeout":
                    await hang(fault.seconds, receive)
            # A long report keeps the other APIs of this process waiting no longer than need be.
            response = await run_in_threadpool(self._answer, request, version, body, fault)
            response.headers["date"] = self._service.view.http_date
            response.headers["request-id"] = request_id()
            if fault and fault.kind == "truncated":
                await send_half(response, send)
            elif fault and fault.kind == "stream_hang":
                await _hang_midway(response, fault.seconds, receive, send)
            else:
                await response(scope, receive, send)

    def _answer(self, request: Request, version: str, body: bytes, fault: Fault | None) -> Response:
        if fault and fault.kind == "not_json":
            return HTMLResponse("<html><body>Please stand by.</body></html>", 502)
        if self._name == TOKEN:
            return self._token(body, fault)
        try:
            return json_response(self._content(request, version, body, fault))
        except ApiError as error:
            content: object = error.body(version)
            # A stream is an array, its failure too.
            return json_response([content] if self._name == STREAM else content, error.http)

    def _content(self, request: Request, version: str, body: bytes, fault: Fault | None) -> object:
        kind = fault.kind if fault else ""
        if fault and kind in (*ANSWERS, "timeout"):
            raise ANSWERS.get(kind, ANSWERS["deadline"])(fault)
        check_version(version)
        check_credentials(request.headers, self._service.tokens)
        if self._name == ACCESSIBLE:
            return self._service.accessible()
        if self._name == FIELDS:
            return self._counted(self._service.fields(body))
        if self._name not in (SEARCH, STREAM):
            return metadata.one(request.path_params["field"])
        customer = customer_for(request.path_params["customer_id"], request.headers)
        if self._name == SEARCH:
            return self._counted(self._service.search(body, customer))
        batches = self._counted(self._service.stream(body, customer))
        if fault and kind == "stream_error" and isinstance(batches, list):
            # What comes after the first batch never comes.
            return [batches[0], ANSWERS[fault.error](fault).body(version)]
        return batches

    def _counted(self, answer: tuple[object, int]) -> object:
        content, rows = answer
        self._traffic.records(self._name, rows)
        return content

    def _token(self, body: bytes, fault: Fault | None) -> Response:
        error = _TOKEN_FAULTS.get(fault.kind) if fault else None
        if error is None:
            try:
                form = dict(parse_qsl(body.decode("utf-8", "replace")))
                return json_response(self._service.tokens.grant(form))
            except OAuthError as refusal:
                error = refusal
        return json_response(error.body, error.status)


def _resource(body: bytes) -> str:
    """What a query reads FROM, as far as it can be told."""
    try:
        return parse(query_of(body)).resource or ""
    except ApiError:
        return ""


async def _hang_midway(response: Response, seconds: float, receive: Receive, send: Send) -> None:
    """Send half of the body, say nothing for a while, break off."""
    await send_half(response, send)
    await hang(seconds, receive)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(_NOT_FOUND, 404)


class _Pages(msgspec.Struct, forbid_unknown_fields=True):
    page_size: int


def _pages(service: Service) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that makes pages and batches smaller, for tests."""

    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            service.page_size = msgspec.json.decode(await request.body(), type=_Pages).page_size
        return json_response({"page_size": service.page_size})

    return endpoint


def _key_file(account: ServiceAccount) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that gives a service account's key file, whose tokens come from here."""

    async def endpoint(request: Request) -> Response:
        return json_response(account.file(str(request.base_url) + "token"))

    return endpoint
