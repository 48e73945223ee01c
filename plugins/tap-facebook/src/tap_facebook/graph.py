"""What the tap asks the Graph API for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_facebook.answers import Node, Page, Request, Run, RunStatus
from tap_facebook.errors import AnswerError, CursorLostError, RunLostError, TooMuchDataError
from tap_facebook.fields import ACCOUNT, STATUSES
from tap_facebook.limits import INSIGHTS
from tap_facebook.patience import Patience
from tap_facebook.periods import MONTHLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_facebook.answers import Form, Raw
    from tap_facebook.client import FacebookClient
    from tap_facebook.fields import Kind
    from tap_facebook.periods import Window
    from tap_facebook.reports import Report

FIRST_POLL = 0.5
_FINISHED, _LOST = "Job Completed", ("Job Failed", "Job Skipped")
_POLLED = "async_status,async_percent_completion"


@dataclass(frozen=True, slots=True)
class Edge:
    """A list below an account.

    Attributes:
        stream: The stream's name.
        path: The edge's.
        kind: What it holds; those in `STATUSES` are asked for in every status.
        fields: What to ask for.
    """

    stream: str
    path: str
    kind: str
    fields: Mapping[str, Kind]


def account_node(client: FacebookClient, account: str) -> dict[str, Raw]:
    """Return the account itself."""
    return client.send(
        Request(
            account,
            f"act_{account}",
            "the account",
            Node,
            {"fields": ",".join(ACCOUNT)},
        )
    )


def objects(client: FacebookClient, account: str, edge: Edge) -> Iterator[list[dict[str, Raw]]]:
    """Yield an account's objects, page by page; archived and deleted ones too."""
    params = {"fields": ",".join(edge.fields), **_statuses(edge.kind)}
    request = Request(account, f"act_{account}/{edge.path}", edge.stream, Page, params)
    yield from pages(client, request)


def pages(client: FacebookClient, request: Request[Page]) -> Iterator[list[dict[str, Raw]]]:
    """Yield a list's pages, smaller ones where Facebook wants so.

    Raises:
        CursorLostError: A cursor is refused, or goes in a circle.
        TooMuchDataError: A page is too much, and the request gives way.
        AnswerError: A page of one record is too much.
    """
    size = client.settings.page_size
    after: str | None = None
    seen: set[str] = set()
    while True:
        params = {**request.params, "limit": str(size), **({"after": after} if after else {})}
        try:
            page = client.send(replace(request, params=params))
        except TooMuchDataError as error:
            if request.gives_way:
                raise
            if size == 1:
                raise AnswerError(_too_much(request, error)) from None
            size //= 2
            continue
        yield page.data
        after = page.after
        if after is None:
            return
        if after in seen:
            raise CursorLostError("the cursors go in a circle")
        seen.add(after)


def _too_much(request: Request[Form], error: TooMuchDataError) -> str:
    remedy = (
        " even as a report run: give the report fewer breakdowns or fields (setting "
        "insight_reports_list)"
        if request.is_run
        else ", one record at a time: deselect the stream, or try later"
    )
    return (
        f"Facebook finds {request.about} of account {request.account} too much{remedy} ({error})."
    )


def insights(
    client: FacebookClient, account: str, report: Report, window: Window
) -> Iterator[list[dict[str, Raw]]]:
    """Yield a window of a report at once, page by page.

    Raises:
        TooMuchDataError: Facebook wants to be asked for less, or asynchronously.
    """
    request = _insights_request(account, report, window, Page)
    yield from pages(client, replace(request, gives_way=True))


def report_run(
    client: FacebookClient, account: str, report: Report, window: Window
) -> Iterator[list[dict[str, Raw]]]:
    """Yield a window of a report by an asynchronous run, page by page.

    Raises:
        RunLostError: The run failed, was skipped, or does not get on.
    """
    asked = _insights_request(account, report, window, Run)
    run = _begin_run(client, replace(asked, method="POST", is_run=True))
    polled = Request(
        account, run, asked.about, RunStatus, {"fields": _POLLED}, use=INSIGHTS, is_run=True
    )
    _await_run(client, polled)
    found = Request(account, f"{run}/insights", asked.about, Page, use=INSIGHTS, is_run=True)
    yield from pages(client, found)


def _begin_run(client: FacebookClient, request: Request[Run]) -> str:
    try:
        return client.send(request).report_run_id
    except TooMuchDataError as error:
        raise AnswerError(_too_much(request, error)) from None


def _await_run(client: FacebookClient, request: Request[RunStatus]) -> None:
    """Wait for a report run's end.

    Raises:
        RunLostError: Its end is a bad one, or it does not get on for `max_retry_seconds`.
    """
    patience = Patience(client.settings.max_retry_seconds, FIRST_POLL)
    last = None
    while True:
        status = client.send(request)
        if status.async_status == _FINISHED:
            return
        if status.async_status in _LOST:
            raise RunLostError(status.async_status)
        if status != last:
            patience, last = Patience(client.settings.max_retry_seconds, FIRST_POLL), status
        seconds = patience.next_wait()
        if seconds is None:
            raise RunLostError(
                f"{status.async_status} at {status.async_percent_completion} % for "
                f"{patience.spent:.0f} s"
            )
        client.wait(seconds)


def _insights_request(
    account: str, report: Report, window: Window, form: type[Form]
) -> Request[Form]:
    about = f"{report.stream} of {window}"
    return Request(
        account, f"act_{account}/insights", about, form, _asked(report, window), use=INSIGHTS
    )


def _asked(report: Report, window: Window) -> dict[str, str]:
    """The parameters of a report."""
    increment = report.time_increment_days
    params = {
        "level": report.level,
        "fields": ",".join(report.asked),
        "time_range": _json({"since": str(window.first), "until": str(window.last)}),
        "time_increment": MONTHLY if increment == MONTHLY else str(increment),
        "action_attribution_windows": _json(report.windows),
        **_statuses(report.level),
    }
    if report.breakdowns:
        params["breakdowns"] = ",".join(report.breakdowns)
    if report.action_breakdowns:
        params["action_breakdowns"] = ",".join(report.action_breakdowns)
    if report.action_report_time != "mixed":
        params["action_report_time"] = report.action_report_time
    return params


def _statuses(kind: str) -> dict[str, str]:
    """The condition that brings archived and deleted objects, too."""
    if kind not in STATUSES:
        return {}
    condition = {"field": f"{kind}.effective_status", "operator": "IN", "value": STATUSES[kind]}
    return {"filtering": _json([condition])}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
