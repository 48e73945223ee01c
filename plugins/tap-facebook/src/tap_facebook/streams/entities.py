"""Accounts and what belongs to them, read whole on every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_facebook import fields
from tap_facebook.clock import utc_now
from tap_facebook.graph import objects
from tap_facebook.records import Columns
from tap_facebook.schemas import record_schema
from tap_facebook.streams.base import FacebookStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_facebook.answers import Node
    from tap_facebook.fields import Kind
    from tap_facebook.tap import TapFacebook


@dataclass(frozen=True, slots=True)
class Edge:
    """A list below an account.

    Attributes:
        stream: The stream's name.
        path: The edge's.
        kind: What it holds.
        fields: What to ask for.
    """

    stream: str
    path: str
    kind: str
    fields: Mapping[str, Kind]


EDGES = (
    Edge("campaigns", "campaigns", "campaign", fields.CAMPAIGN),
    Edge("adsets", "adsets", "adset", fields.ADSET),
    Edge("ads", "ads", "ad", fields.AD),
    Edge("creatives", "adcreatives", "creative", fields.CREATIVE),
    Edge("customconversions", "customconversions", "custom conversion", fields.CUSTOM_CONVERSION),
)


class AccountsStream(FacebookStream):
    """The ad accounts themselves."""

    primary_keys = ("id",)

    def __init__(self, tap: TapFacebook) -> None:
        super().__init__(tap, record_schema(fields.ACCOUNT), "adaccounts")
        self.columns = Columns(self.name, fields.ACCOUNT, ("id", "account_id"))

    def pages(self, account: str) -> Iterator[tuple[list[Node], str]]:
        """Yield an account."""
        node, read_at = self.tap.account(account)
        yield [node], read_at


class EdgeStream(FacebookStream):
    """A list below the accounts."""

    primary_keys = ("account_id", "id")

    def __init__(self, tap: TapFacebook, edge: Edge) -> None:
        super().__init__(tap, record_schema(edge.fields), edge.stream)
        self.columns = Columns(self.name, edge.fields, ("account_id", "id"))
        self._edge = edge

    def pages(self, account: str) -> Iterator[tuple[list[Node], str]]:
        """Yield an account's objects."""
        edge, read_at = self._edge, utc_now()
        for nodes in objects(self.tap.client, account, edge.path, edge.kind, edge.fields):
            yield nodes, read_at
