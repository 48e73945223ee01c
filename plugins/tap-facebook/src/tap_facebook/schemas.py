"""The streams' schemas, made from the fields: discovery needs no request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_facebook.fields import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.PART: {"type": ["string"]},
    Kind.TIME: {"type": ["string", "null"], "format": "date-time"},
    Kind.DATE: {"type": ["string"], "format": "date"},
    Kind.INTEGER: {"type": ["integer", "null"]},
    Kind.NUMBER: {"type": ["number", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.OBJECT: {"type": ["object", "null"]},
    Kind.LIST: {"type": ["array", "null"]},
}
READ_AT = {
    "type": ["string"],
    "format": "date-time",
    "description": "When the read that brought this row began, in UTC.",
}


def record_schema(columns: Mapping[str, Kind]) -> dict[str, Any]:
    """Return the schema of records with these columns and `read_at`."""
    properties = {name: dict(_TYPES[kind]) for name, kind in columns.items()}
    needed = [name for name, kind in columns.items() if kind in (Kind.PART, Kind.DATE)]
    return {
        "type": "object",
        "properties": {**properties, "read_at": dict(READ_AT)},
        "required": [*needed, "read_at"],
    }


READS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "account_id": {"type": ["string"], "description": "The ad account that was read."},
        "date_start": {
            "type": ["string"],
            "format": "date",
            "description": "The day that was read; of a longer increment its first day.",
        },
        "read_at": dict(READ_AT),
        "rows": {"type": ["integer"], "description": "Records the read brought."},
    },
    "required": ["account_id", "date_start", "read_at", "rows"],
}
