"""Accounts and what belongs to them, read whole on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_tap.clock import utc_now
from tap_facebook import fields
from tap_facebook.errors import CursorLostError
from tap_facebook.graph import Edge, objects
from tap_facebook.records import Columns
from tap_facebook.schemas import record_schema
from tap_facebook.streams.base import FacebookStream
from tap_facebook.windows import MAX_READS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_facebook.answers import Node
    from tap_facebook.tap import TapFacebook


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
        """Yield an account's objects; from the first page again where a cursor is lost."""
        for left in reversed(range(MAX_READS)):
            read_at = utc_now()
            try:
                for nodes in objects(self.tap.client, account, self._edge):
                    yield nodes, read_at
            except CursorLostError as error:
                if not left:
                    raise
                self.logger.warning(
                    "%s of account %s: starting anew (%s)", self.name, account, error
                )
            else:
                return
