"""Paging by cursors: a page of a list, and how to come to the next one."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.facebook.errors import GraphError, too_much_data
from sandbox.facebook.parameters import Parameters, number

DEFAULT_LIMIT = 25
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Where a page begins, and where it ends at the latest."""

    begin: int
    limit: int


def page_of(parameters: Parameters, largest: int) -> Page:
    """The page that a request asks for.

    Raises:
        GraphError: It is too large, or the cursor is none of ours.
    """
    limit = number(parameters, "limit", DEFAULT_LIMIT)
    if limit > largest:
        raise too_much_data(sync_timeout=True)
    if parameters.get("after"):
        return Page(_place(parameters["after"]) + 1, limit)
    if parameters.get("before"):
        end = _place(parameters["before"])
        return Page(max(0, end - limit), min(limit, end))
    return Page(0, limit)


def paging(
    found: Sequence[T], page: Page, url: str, parameters: Parameters
) -> tuple[Sequence[T], Mapping[str, object]]:
    """The items of a page, and the element `paging` of its answer (none when it is empty).

    Args:
        found: All items.
        page: Which of them.
        url: Address of the request, without its query.
        parameters: Of the request; the links carry them all, the access token too.
    """
    items = found[page.begin : page.begin + page.limit]
    if not items:
        return items, {}
    end = page.begin + len(items)
    before, after = _cursor(page.begin), _cursor(end - 1)
    result: dict[str, object] = {"cursors": {"before": before, "after": after}}
    kept = {name: text for name, text in parameters.items() if name not in ("after", "before")}
    kept["limit"] = str(parameters.get("limit") or DEFAULT_LIMIT)
    if end < len(found):
        result["next"] = f"{url}?{urlencode({**kept, 'after': after})}"
    if page.begin:
        result["previous"] = f"{url}?{urlencode({**kept, 'before': before})}"
    return items, result


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"item:{place}".encode()).decode().rstrip("=") + "ZD"


def _place(cursor: str) -> int:
    text = cursor.removesuffix("ZD")
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return int(plain.removeprefix("item:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise GraphError("(#100) Invalid cursors values: the cursor is not valid") from None
