"""The streams' schemas: static, so that discovery needs no request."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

READ_AT = th.Property(
    "read_at",
    th.DateTimeType,
    required=True,
    nullable=False,
    description="When the read that brought this row began, in UTC.",
)
_EVENT_NAME = th.Property(
    "event_name", th.StringType, required=True, nullable=False, description="The event's name."
)
_EVENT_DATE = th.Property(
    "event_date",
    th.DateType,
    required=True,
    nullable=False,
    description="The account-local day of the slice that returned the event.",
)
_ROWS = th.Property(
    "rows", th.IntegerType, required=True, nullable=False, description="Records the read brought."
)
_EXTRA_FIELDS = th.Property(
    "extra_fields",
    th.ObjectType(),
    description="Top-level fields of the record that have no property of their own.",
)


def _object(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.ObjectType(), description=description)


EVENTS: dict[str, Any] = th.PropertiesList(
    th.Property(
        "event_key",
        th.StringType,
        required=True,
        nullable=False,
        description=(
            "Hash of event name, objectId, ts, event_props, session_props and the ordinal among "
            "equal ones of the slice: CleverTap has no event id."
        ),
    ),
    _EVENT_NAME,
    _EVENT_DATE,
    th.Property(
        "occurred_at",
        th.DateTimeType,
        required=True,
        nullable=False,
        description="`ts` in UTC.",
    ),
    th.Property(
        "ts",
        th.IntegerType,
        required=True,
        nullable=False,
        description="yyyyMMddHHmmss in the account's time zone, as CleverTap gives it.",
    ),
    th.Property("object_id", th.StringType, description="The device: the profile's objectId."),
    _object("profile", "The user now, not at the time of the event."),
    _object("session_props", "The session's properties."),
    _object("event_props", "The event's properties."),
    _EXTRA_FIELDS,
    READ_AT,
).to_dict()

EVENTS_READS: dict[str, Any] = th.PropertiesList(_EVENT_NAME, _EVENT_DATE, READ_AT, _ROWS).to_dict()

PROFILES: dict[str, Any] = th.PropertiesList(
    th.Property(
        "profile_key",
        th.StringType,
        required=True,
        nullable=False,
        description="Hash of the identity, of the first objectId where there is none.",
    ),
    th.Property("object_id", th.StringType, description="The profile's first objectId."),
    th.Property("identity", th.StringType, description="The customer's id, once known."),
    th.Property("email", th.StringType, description="The e-mail address."),
    th.Property("name", th.StringType, description="The full name."),
    th.Property("phone", th.StringType, description="The telephone number."),
    th.Property(
        "platform_info", th.ArrayType(th.ObjectType()), description="The profile's devices."
    ),
    _object("profile_data", "The profile's own properties (profileData)."),
    _object("events", "Per event: count, first_seen and last_seen."),
    _EXTRA_FIELDS,
    READ_AT,
).to_dict()

PROFILES_READS: dict[str, Any] = th.PropertiesList(
    _EVENT_NAME,
    th.Property(
        "from_date",
        th.DateType,
        required=True,
        nullable=False,
        description="The window's first account-local day.",
    ),
    th.Property(
        "to_date",
        th.DateType,
        required=True,
        nullable=False,
        description="The window's last account-local day.",
    ),
    READ_AT,
    _ROWS,
).to_dict()

SCHEMA_ITEM: dict[str, Any] = th.PropertiesList(
    th.Property("name", th.StringType, required=True, nullable=False, description="Its name."),
    _object("attributes", "Whatever else getSchema says of it."),
    READ_AT,
).to_dict()
