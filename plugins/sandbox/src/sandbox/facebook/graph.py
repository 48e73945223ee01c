"""What the Graph API answers: nodes, their edges, insights and report runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.facebook.calls import Call
from sandbox.facebook.cursors import page_of, paging
from sandbox.facebook.errors import GraphError, no_such_object, not_simulated, too_much_data
from sandbox.facebook.filters import Filter, not_supported, parse_filters
from sandbox.facebook.insights import Insights
from sandbox.facebook.limits import Usage
from sandbox.facebook.names import unknown
from sandbox.facebook.nodes import Node, build
from sandbox.facebook.parameters import Field, Parameters, parse_fields, words
from sandbox.facebook.queries import LEVELS, Query, parse_query
from sandbox.facebook.reports import Reports, Run
from sandbox.facebook.view import FacebookView
from sandbox.traffic import Traffic

Json = dict[str, object]
MOST_IDS = 50
# Meta's own names of the kinds of nodes.
_TYPES = {
    "adaccount": "AdAccount",
    "campaign": "AdCampaignGroup",
    "adset": "AdCampaign",
    "ad": "Adgroup",
    "adcreative": "AdCreative",
    "customconversion": "CustomConversion",
    "customaudience": "CustomAudience",
    "adimage": "AdImage",
    "advideo": "Video",
    "adreportrun": "AdReportRun",
    "user": "User",
}


@dataclass(frozen=True)
class Target:
    """What a request is for.

    Attributes:
        endpoint: Its name for faults and counts: an edge (`campaigns`, `insights`), a kind of
            node (`campaign`), `report`, `report/insights`, `ids`.
        account: The ad account it belongs to, as digits, if to any.
        node: The node whose edge or self it is.
        run: The report run.
        edge: The edge, if it is one.
    """

    endpoint: str
    account: str | None
    node: Node | None = None
    run: Run | None = None
    edge: str | None = None


class Graph:
    """Answers calls.

    Args:
        view: The world.
        usage: The limits.
        reports: Report runs.
        traffic: Where served records are counted.
    """

    def __init__(
        self, view: FacebookView, usage: Usage, reports: Reports, traffic: Traffic
    ) -> None:
        self._view, self._usage, self._reports, self._traffic = view, usage, reports, traffic
        self._insights = Insights(view)
        self._nodes: dict[str, Node] = {}
        self._built_on = date.min

    def target(self, call: Call) -> Target:
        """Find out what a call is for; a node that does not exist is found out later."""
        if not call.parts:
            return Target("ids", None)
        name, *rest = call.parts
        edge = "/".join(rest) or None
        run = self._reports.find(name)
        if run:
            return Target(f"report/{edge}" if edge else "report", run.account, run=run, edge=edge)
        node = self._known().get(name)
        account = name.removeprefix("act_") if name.startswith("act_") else None
        if node:
            account = node.account or None
        return Target(edge or (node.kind if node else "node"), account, node, None, edge)

    def answer(self, call: Call, target: Target, trouble: str | None) -> Json:
        """Answer a call.

        Args:
            call: What is asked.
            target: What it is for.
            trouble: A fault that befalls the report run that it begins.

        Raises:
            GraphError: The real API would refuse it.
        """
        if target.endpoint == "ids":
            return self._several(call)
        if target.run:
            return self._of_run(call, target.run, target.edge)
        if target.node is None:
            raise no_such_object(call.parts[0])
        if target.edge == "insights":
            return self._insights_of(call, target.node, trouble)
        if call.method != "GET":
            raise not_simulated(f"{call.method} {'/'.join(call.parts)}")
        if target.edge is None:
            return self._show(target.node, parse_fields(call.parameters.get("fields")), call)
        return self._edge(target.node, target.edge, call.parameters, call)

    def _known(self) -> dict[str, Node]:
        clock = self._view.clock
        if clock != self._built_on:
            self._nodes, self._built_on = build(self._view), clock
        return self._nodes

    def _several(self, call: Call) -> Json:
        wanted = words(call.parameters, "ids")
        if not wanted:
            raise GraphError("Unsupported get request.", kind="GraphMethodException")
        if len(wanted) > MOST_IDS:
            raise GraphError(f"(#100) Too many IDs. Maximum: {MOST_IDS}. Provided: {len(wanted)}.")
        fields = parse_fields(call.parameters.get("fields"))
        known = self._known()
        for name in wanted:
            if name not in known:
                raise no_such_object(name)
        return {name: self._show(known[name], fields, call) for name in wanted}

    def _of_run(self, call: Call, run: Run, edge: str | None) -> Json:
        fields = parse_fields(call.parameters.get("fields"))
        if edge is None:
            _check_fields("adreportrun", fields)
            return self._reports.show(run, tuple(field.name for field in fields))
        if edge != "insights":
            raise _no_such_field("adreportrun", edge)
        return self._rows(self._reports.result(run), call, self._usage.limits.async_rows)

    def _insights_of(self, call: Call, node: Node, trouble: str | None) -> Json:
        query = self._query(node, call.parameters)
        if call.method == "GET":
            return self._rows(query, call, self._usage.limits.rows)
        if call.method != "POST":
            raise not_simulated(f"{call.method} of insights")
        run = self._reports.begin(node.account, query, self._usage.limits, trouble)
        return {"report_run_id": run.number}

    def _query(self, node: Node, parameters: Parameters) -> Query:
        kind = "account" if node.kind == "adaccount" else node.kind
        if kind not in LEVELS:
            raise _no_such_field(node.kind, "insights")
        number = node.account if kind == "account" else node.node_id
        return parse_query(parameters, kind, number, self._view.clock)

    def _rows(self, query: Query, call: Call, most: int) -> Json:
        page = page_of(call.parameters, self._usage.limits.page)
        rows = self._insights.rows(query)
        if len(rows) > most:
            raise too_much_data()
        shown, links = paging(rows, page, call.url, call.linked)
        self._traffic.records("insights", len(shown))
        answer: Json = {"data": self._insights.render(query, list(shown))}
        return answer | ({"paging": links} if links else {})

    def _edge(self, node: Node, edge: str, parameters: Parameters, call: Call) -> Json:
        """A list of objects below a node."""
        if edge not in node.edges:
            raise _no_such_field(node.kind, edge)
        fields = parse_fields(parameters.get("fields"))
        page = page_of(parameters, self._usage.limits.page)
        found = self._filtered(node.edges[edge], parameters)
        if fields and node.edges[edge]:
            _check_fields(node.edges[edge][0].kind, fields, node.edges[edge][0])
        url = f"{call.url.rpartition(call.parts[0])[0]}{node.node_id}/{edge}"
        linked = {"access_token": call.token or "", **parameters}
        shown, links = paging(found, page, url, linked)
        self._traffic.records(edge, len(shown))
        answer: Json = {"data": [self._show(item, fields, call) for item in shown]}
        return answer | ({"paging": links} if links else {})

    def _show(self, node: Node, fields: Sequence[Field], call: Call) -> Json:
        """A node with the fields asked for; its id is always there, what is empty is not."""
        _check_fields(node.kind, fields, node)
        if not fields:
            return {name: node.values[name] for name in node.default}
        shown: Json = {}
        for field in fields:
            value = self._value(node, field, call)
            if value is not None:
                shown[field.name] = value
        return shown | {"id": node.values["id"]}

    def _value(self, node: Node, field: Field, call: Call) -> object:
        if field.name == "insights":
            return self._nested_insights(node, field, call) or None
        if field.name in node.edges:
            nested = {"fields": _text(field.below), **field.parameters}
            found = self._edge(node, field.name, nested, call)
            return found if found["data"] else None
        below = self._reference(node, field.name)
        if below is None:
            return node.values.get(field.name)
        return self._show(below, field.below or (Field("id"),), call)

    def _nested_insights(self, node: Node, field: Field, call: Call) -> Json | None:
        """Insights as a field of a node: `insights.date_preset(today){spend}`."""
        parameters = {"fields": _text(field.below), **field.parameters}
        query = self._query(node, parameters)
        rows = self._insights.rows(query)
        page = page_of(parameters, self._usage.limits.page)
        url = f"{call.url.rpartition(call.parts[0])[0]}{node.node_id}/insights"
        shown, links = paging(rows, page, url, {"access_token": call.token or "", **parameters})
        data = self._insights.render(query, list(shown))
        return {"data": data, "paging": links} if data else None

    def _reference(self, node: Node, name: str) -> Node | None:
        """The other node that a field points to."""
        known = self._known()
        if name == "creative" and node.kind == "ad":
            return node.edges["adcreatives"][0]
        if name == "account" and node.account:
            return known[f"act_{node.account}"]
        if name in ("campaign", "adset"):
            return known.get(str(node.values.get(f"{name}_id")))
        return None

    def _filtered(self, nodes: list[Node], parameters: Parameters) -> list[Node]:
        conditions = list(parse_filters(parameters))
        statuses = words(parameters, "effective_status")
        if statuses:
            conditions.append(Filter("effective_status", "IN", tuple(statuses)))
        since = parameters.get("updated_since")
        if since:
            conditions.append(Filter("updated_time", "GREATER_THAN_OR_EQUAL", (since,)))
        return [node for node in nodes if all(self._fulfils(node, one) for one in conditions)]

    def _fulfils(self, node: Node, condition: Filter) -> bool:
        prefix, _, name = condition.field.rpartition(".")
        whose = node
        if prefix and prefix != node.kind:
            whose = self._reference(node, prefix) or node
        value = whose.values.get(name)
        if value is None:
            raise not_supported(condition)
        if name.endswith("_time"):
            value = datetime.fromisoformat(str(value)).timestamp()
        return condition.accepts(value)


def _check_fields(kind: str, fields: Sequence[Field], node: Node | None = None) -> None:
    edges = {"insights", *node.edges} if node else set()
    for name in unknown(kind, [field.name for field in fields]):
        if name not in edges and not (name == "account" and kind != "user"):
            raise _no_such_field(kind, name)


def _no_such_field(kind: str, name: str) -> GraphError:
    return GraphError(
        f"(#100) Tried accessing nonexisting field ({name}) on node type ({_TYPES[kind]})"
    )


def _text(fields: Sequence[Field]) -> str:
    """Fields as a request has them."""
    return ",".join(
        field.name
        + "".join(f".{name}({value})" for name, value in field.parameters.items())
        + (f"{{{_text(field.below)}}}" if field.below else "")
        for field in fields
    )
