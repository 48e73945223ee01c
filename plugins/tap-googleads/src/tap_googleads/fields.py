"""The types of GAQL's fields, and their names as properties.

`fields.txt` holds those of the resources in general use, of Google Ads API v23 to v26; it is made
by tests/field_table.py from google-ads' protos. Enums, resource names and times are strings.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

# What GAQL has as `type` is a word of JSON schema, but for days.
_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "string": {"type": ["string", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "object": {"type": ["object", "null"]},
    "array": {"type": ["array", "null"]},
    # Not in the table: whatever comes, as it comes.
    "open": {"type": ["string", "integer", "number", "boolean", "object", "array", "null"]},
}


def property_name(field: str) -> str:
    """Return `campaign__id` for `campaign.id`."""
    return field.replace(".", "__")


def json_name(part: str) -> str:
    """Return `costMicros` for `cost_micros`, as Google's JSON has it."""
    first, *others = part.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


@cache
def field_types() -> dict[str, str]:
    """The table: type by field."""
    text = resources.files("tap_googleads").joinpath("fields.txt").read_text("utf-8")
    found = {}
    for line in text.replace("\n ", " ").splitlines():
        kind, parent, *names = line.split()
        found.update({f"{parent}.{name}": kind for name in names})
    return found


def field_type(field: str) -> str:
    """The type of a field; `open` where the table does not hold it and its name does not tell."""
    return field_types().get(field, "string" if field.endswith(".resource_name") else "open")


def field_schema(field: str, *, is_key: bool = False) -> dict[str, Any]:
    """A field's JSON schema; keys are never null."""
    schema = _SCHEMAS[field_type(field)]
    if not is_key:
        return dict(schema)
    return {**schema, "type": [one for one in schema["type"] if one != "null"]}
