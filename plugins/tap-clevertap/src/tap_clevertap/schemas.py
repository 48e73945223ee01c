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


def _text(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.StringType, description=description)


def _integer(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.IntegerType, description=description)


def _key(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.StringType, required=True, nullable=False, description=description)


def _day(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.DateType, required=True, nullable=False, description=description)


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

PROFILE_DEVICES: dict[str, Any] = th.PropertiesList(
    _key("device_key", "Hash of profile_key and objectId, of the whole entry where it has none."),
    _key("profile_key", "The profile whose device it is."),
    _text("object_id", "The device's objectId."),
    _text("platform", "E.g. Android, iOS, Web."),
    _text("os_version", "The operating system's version."),
    _text("app_version", "The app's version."),
    _text("make", "The maker."),
    _text("model", "The model."),
    _text("push_token", "Where push messages go."),
    _EXTRA_FIELDS,
    READ_AT,
).to_dict()

EVENT_TRENDS: dict[str, Any] = th.PropertiesList(
    _EVENT_NAME,
    _day("event_date", "The account-local day."),
    _integer("event_count", "Events of the day, as CleverTap counts; 0 where it names none."),
    _integer("user_count", "Users who did the event on the day, as CleverTap counts."),
    READ_AT,
).to_dict()

MESSAGE_REPORTS: dict[str, Any] = th.PropertiesList(
    _key(
        "message_report_key",
        "Hash of report_date, message id, channel, delivery, device and the ordinal among equal "
        "ones of the day.",
    ),
    _day("report_date", "The account-local day that was asked for."),
    _text("message_id", "CleverTap's `message id`."),
    _text("message_name", "Its name."),
    _text("channel", "E.g. push, email."),
    _text("delivery", "E.g. One Time."),
    _text("device", "The device, where the report tells."),
    _text("status", "E.g. Completed."),
    _text("start_date", "When it began, as CleverTap writes it: 24 Dec, 2017 10:00:00."),
    _integer("sent", "How many were sent."),
    _integer("viewed", "How many were viewed."),
    _integer("clicked", "How many were clicked."),
    _text("conversion_event", "The event that counts as its conversion."),
    th.Property("labels", th.ArrayType(th.CustomType({})), description="The campaign's labels."),
    _EXTRA_FIELDS,
    READ_AT,
).to_dict()

MESSAGE_REPORTS_READS: dict[str, Any] = th.PropertiesList(
    _day("report_date", "The account-local day that was read."), READ_AT, _ROWS
).to_dict()

CAMPAIGNS: dict[str, Any] = th.PropertiesList(
    _key("campaign_id", "CleverTap's id."),
    _text("name", "Its name."),
    _text("scheduled_on", "When it is sent, as CleverTap writes it."),
    _text("status", "E.g. scheduled, running, completed."),
    _EXTRA_FIELDS,
    READ_AT,
).to_dict()

CAMPAIGN_REPORTS: dict[str, Any] = th.PropertiesList(
    _key("campaign_id", "The campaign's id."),
    _integer("sent", "How many were sent."),
    _integer("viewed", "How many were viewed."),
    _integer("clicked", "How many were clicked."),
    _object("result", "All that CleverTap says of its result."),
    READ_AT,
).to_dict()
