"""From a call to its response: faults, limits, usage headers; one call or a batch of them."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse, Response

from sandbox.answering import json_response
from sandbox.facebook.calls import Call, check_call, read_call
from sandbox.facebook.errors import GraphError
from sandbox.facebook.faults import ERRORS, JOBS, LIMITS, Fault
from sandbox.facebook.graph import Graph, Target
from sandbox.facebook.limits import INSIGHTS, MANAGEMENT, Usage
from sandbox.facebook.parameters import structure
from sandbox.facebook.view import FacebookView
from sandbox.faults import Asked, Faults
from sandbox.traffic import Traffic

MOST_IN_A_BATCH = 50


@dataclass(frozen=True)
class Struck:
    """A call, what it is for, and what befalls it."""

    call: Call
    target: Target
    fault: Fault | None

    @property
    def kind(self) -> str | None:
        """The fault's kind, if there is one."""
        return self.fault.kind if self.fault else None


class Service:
    """Answers calls as Meta's servers do.

    Args:
        view: The world.
        graph: What there is to tell.
        usage: The limits.
        faults: Orders for trouble.
        traffic: What was served.
    """

    def __init__(
        self,
        view: FacebookView,
        graph: Graph,
        usage: Usage,
        faults: Faults[Fault],
        traffic: Traffic,
    ) -> None:
        self._view, self._graph, self._usage = view, graph, usage
        self._faults, self._traffic = faults, traffic

    def strike(self, call: Call) -> Struck:
        """What a call is for, and what befalls it."""
        target = self._graph.target(call)
        if not call.parts and call.method == "POST":
            target = Target("batch", None)
        fault = self._faults.strike(Asked(target.endpoint, call.method, target.account))
        if fault:
            self._traffic.fault(fault.kind)
        return Struck(call, target, fault)

    def respond(self, struck: Struck) -> Response:
        """The whole answer to a call, with its headers."""
        target, call = struck.target, struck.call
        use = INSIGHTS if "insights" in target.endpoint or target.run else MANAGEMENT
        try:
            response = self._instead(struck.kind) or self._true(struck, use)
        except GraphError as error:
            response = error.response
        code = _limit(struck.kind)
        minutes = struck.fault.minutes if struck.fault and code else None
        response.headers.update(self._usage.headers(target.account, use, code, minutes))
        response.headers["facebook-api-version"] = call.version
        response.headers["date"] = self._view.http_date
        return response

    def _true(self, struck: Struck, use: str) -> Response:
        check_call(struck.call)
        if struck.target.endpoint == "batch":
            return self._batch(struck.call)
        self._usage.call(struck.target.account, use)
        trouble = struck.kind if struck.kind in JOBS else None
        return json_response(self._graph.answer(struck.call, struck.target, trouble))

    def _instead(self, kind: str | None) -> Response | None:
        """What a fault puts in the place of the true answer."""
        if kind in ERRORS:
            return ERRORS[kind].response
        if kind == "not_json":
            return HTMLResponse("<html><body>Sorry, something went wrong.</body></html>")
        status = {"bad_gateway": 502, "unavailable": 503, "timeout": 504}.get(kind or "")
        if status:
            return HTMLResponse("<html><body>Sorry, something went wrong.</body></html>", status)
        return None

    def _batch(self, call: Call) -> Response:
        found = structure(call.parameters, "batch")
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise GraphError("(#100) param batch must be an array.")
        if len(found) > MOST_IN_A_BATCH:
            raise GraphError(
                f"Too many requests in batch message. Maximum batch size is {MOST_IN_A_BATCH}"
            )
        with_headers = call.parameters.get("include_headers", "true").lower() != "false"
        return json_response([self._part(call, item, with_headers=with_headers) for item in found])

    def _part(self, outer: Call, item: dict[str, object], *, with_headers: bool) -> object:
        """One answer of a batch; None when it did not come in time."""
        base = outer.url.rpartition(f"/{outer.version}")[0]
        target = str(item.get("relative_url", ""))
        method = str(item.get("method", "GET"))
        form = dict(parse_qsl(str(item.get("body") or ""), keep_blank_values=True))
        call = read_call(method, base, f"/{target.lstrip('/')}", form, f"Bearer {outer.token}")
        struck = self.strike(call)
        with self._traffic.request(struck.target.endpoint.partition("/")[0]):
            if struck.kind == "timeout":
                return None
            response = self.respond(struck)
        part: dict[str, object] = {"code": response.status_code}
        if with_headers:
            part["headers"] = [
                {"name": name, "value": value} for name, value in response.headers.items()
            ]
        return {**part, "body": bytes(response.body).decode()}


def _limit(kind: str | None) -> int | None:
    """The code of the limit that a fault pretends to be reached, if it does."""
    word, _, code = (kind or "").partition("_")
    return int(code) if word == "code" and int(code) in LIMITS else None
