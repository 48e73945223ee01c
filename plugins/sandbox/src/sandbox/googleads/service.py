"""The methods of the API: from a request's parts to the JSON of an answer."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from sandbox.clock import Clock
from sandbox.googleads import metadata
from sandbox.googleads.check import check
from sandbox.googleads.customers import MANAGER, Customer
from sandbox.googleads.failures import ApiError, bad_payload, request_id
from sandbox.googleads.gaql import parse
from sandbox.googleads.oauth import Tokens
from sandbox.googleads.render import Json, camel, field_mask, rendered, summary
from sandbox.googleads.source import Row
from sandbox.googleads.view import GoogleView

PAGE_SIZE = 10_000
TOKEN_SECONDS = 7200.0
_SUMMARIES = ("UNSPECIFIED", "UNKNOWN", "NO_SUMMARY_ROW", "SUMMARY_ROW_WITH_RESULTS")
_SUMMARY_ONLY = "SUMMARY_ROW_ONLY"


class _Settings(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    omit_results: bool = False
    return_summary_row: bool = False
    return_total_results_count: bool = False


class _Search(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    query: str = ""
    page_token: str = ""
    page_size: int = 0
    validate_only: bool = False
    search_settings: _Settings = msgspec.field(default_factory=_Settings)


class _Stream(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    query: str = ""
    summary_row_setting: str = "UNSPECIFIED"


class _Fields(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    query: str = ""
    page_token: str = ""
    page_size: int = 0


class _Position(msgspec.Struct):
    """What a page token says: whose page it is, where it begins, when it was handed out."""

    request: str
    begin: int
    issued: float


@dataclass
class Service:
    """What all endpoints share.

    Args:
        view: The world.
        tokens: Access tokens.
        clock: The clock by which page tokens expire.
        page_size: Rows in a page or a batch; only tests make it smaller.
    """

    view: GoogleView
    tokens: Tokens
    clock: Clock
    page_size: int = field(default=PAGE_SIZE)

    def search(self, body: bytes, customer: Customer) -> tuple[Json, int]:
        """One page of an answer, and how many rows it has."""
        asked = _decoded(body, _Search)
        if asked.page_size:
            raise ApiError(
                400,
                "requestError",
                "PAGE_SIZE_NOT_SUPPORTED",
                "Setting the page size is not supported. Search Responses will have fixed page "
                f"size of '{PAGE_SIZE}' rows.",
            )
        plan = check(parse(asked.query), customer, self.view.clock)
        key = _key(customer.customer_id, asked.query)
        begin = self._begin(asked.page_token, key)
        settings = asked.search_settings
        if settings.return_summary_row and not plan.metrics:
            raise ApiError(
                400,
                "requestError",
                "CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS",
                "Cannot return a summary row for a request without metrics.",
            )
        if asked.validate_only:
            return {}, 0
        rows = self.view.rows(customer, plan)
        page = rows[begin : begin + self.page_size]
        answer: Json = {}
        if page and not settings.omit_results:
            answer["results"] = rendered(plan, page)
        end = begin + self.page_size
        if end < len(rows) and not settings.omit_results:
            answer["nextPageToken"] = self._token(key, end)
        if settings.return_total_results_count:
            answer["totalResultsCount"] = str(len(rows))
        answer["fieldMask"] = field_mask(plan)
        if settings.return_summary_row and "nextPageToken" not in answer:
            answer["summaryRow"] = summary(plan, rows)
        answer["queryResourceConsumption"] = _consumption(rows)
        return answer, len(page)

    def stream(self, body: bytes, customer: Customer) -> tuple[list[Json], int]:
        """All batches of an answer, and how many rows they have; one batch at least."""
        asked = _decoded(body, _Stream)
        if asked.summary_row_setting not in (*_SUMMARIES, _SUMMARY_ONLY):
            raise bad_payload(
                f'Invalid value at "summary_row_setting": {asked.summary_row_setting}'
            )
        plan = check(parse(asked.query), customer, self.view.clock)
        rows = self.view.rows(customer, plan)
        mask, number = field_mask(plan), request_id()
        told = [] if asked.summary_row_setting == _SUMMARY_ONLY else rows
        batches: list[Json] = []
        for begin in range(0, max(len(told), 1), self.page_size):
            batch: Json = {}
            if told:
                batch["results"] = rendered(plan, told[begin : begin + self.page_size])
            batches.append({**batch, "fieldMask": mask, "requestId": number})
        if asked.summary_row_setting in ("SUMMARY_ROW_WITH_RESULTS", _SUMMARY_ONLY):
            batches[-1]["summaryRow"] = summary(plan, rows)
        batches[-1]["queryResourceConsumption"] = _consumption(rows)
        return batches, len(told)

    def fields(self, body: bytes) -> tuple[Json, int]:
        """One page of field metadata; here the size of a page may be chosen."""
        asked = _decoded(body, _Fields)
        if not 0 <= asked.page_size <= PAGE_SIZE:
            raise ApiError(
                400, "requestError", "INVALID_PAGE_SIZE", f"Page size must be 1 to {PAGE_SIZE}."
            )
        found = metadata.fields(parse(asked.query))
        key = _key("fields", asked.query)
        begin = self._begin(asked.page_token, key)
        end = begin + (asked.page_size or self.page_size)
        answer: Json = {}
        if found[begin:end]:
            answer["results"] = found[begin:end]
        if end < len(found):
            answer["nextPageToken"] = self._token(key, end)
        answer["totalResultsCount"] = str(len(found))
        return answer, len(found[begin:end])

    def accessible(self) -> Json:
        """The customers that our user has access to without a manager between."""
        return {"resourceNames": [MANAGER.resource_name]}

    def _token(self, key: str, begin: int) -> str:
        payload = msgspec.json.encode(_Position(key, begin, self.clock.now()))
        return base64.urlsafe_b64encode(payload).decode()

    def _begin(self, token: str, key: str) -> int:
        if not token:
            return 0
        try:
            position = msgspec.json.decode(base64.urlsafe_b64decode(token), type=_Position)
        except (binascii.Error, ValueError):
            position = None
        if position is None or position.request != key:
            raise ApiError(400, "requestError", "INVALID_PAGE_TOKEN", "Invalid page token.")
        if self.clock.now() - position.issued > TOKEN_SECONDS:
            raise ApiError(400, "requestError", "EXPIRED_PAGE_TOKEN", "The page token has expired.")
        return position.begin


class _Named(msgspec.Struct):
    query: str = ""


def query_of(body: bytes) -> str:
    """The query of a request, as far as it can be told."""
    try:
        return msgspec.json.decode(body, type=_Named).query
    except msgspec.DecodeError:
        return ""


T = TypeVar("T")


def _decoded(body: bytes, form: type[T]) -> T:
    """A body; like all of Google's, it may spell its fields in either way."""
    try:
        found = msgspec.json.decode(body or b"{}", type=dict[str, object])
        return msgspec.convert({camel(name): found[name] for name in found}, form, strict=False)
    except msgspec.MsgspecError as error:
        raise bad_payload(str(error)) from None


def _key(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _consumption(rows: list[Row]) -> str:
    return str(10 + len(rows))
