"""What the account's schema names: events and user properties."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from line_tap.clock import utc_now
from tap_clevertap import schemas
from tap_clevertap.endpoints import schema_items
from tap_clevertap.errors import AnswerError
from tap_clevertap.streams.base import ClevertapStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context


class SchemaItemsStream(ClevertapStream):
    """`GET /getSchema`, read whole."""

    schema = schemas.SCHEMA_ITEM
    primary_keys = ("name",)
    kind: ClassVar[str]

    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        """Yield one record per named item.

        Raises:
            AnswerError: An item has no name.
        """
        del context
        read_at = utc_now()
        for item in self._items():
            name, attributes = split_item(item)
            yield {"name": name, "attributes": attributes, "read_at": read_at}

    def _items(self) -> list[object]:
        with self.tap.new_client(threading.Event()) as client:
            return schema_items(client, self.kind)


class EventSchemaStream(SchemaItemsStream):
    """The account's events."""

    name = "event_schema"
    kind = "events"


class UserPropertiesStream(SchemaItemsStream):
    """The account's user properties."""

    name = "user_properties"
    kind = "userProperties"


def split_item(item: object) -> tuple[str, dict[str, Any]]:
    """Return an item's name and whatever else it says.

    Raises:
        AnswerError: It has no name.
    """
    if isinstance(item, str):
        return item, {}
    if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]:
        return item["name"], {key: value for key, value in item.items() if key != "name"}
    raise AnswerError("CleverTap's answer to GET /getSchema lists something without a name.")
