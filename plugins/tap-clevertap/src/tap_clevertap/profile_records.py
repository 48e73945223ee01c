"""Profiles and their devices, from raw to Singer records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_clevertap.fragments import (
    NULL,
    Raw,
    object_id,
    rest,
    take_array,
    take_object,
    take_text,
)
from tap_clevertap.keys import canonical, digest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_clevertap.slices import Read

_items = msgspec.json.Decoder(list[Raw])
_device = msgspec.json.Decoder(dict[str, Raw])


class ProfileBuilder:
    """Makes the records of the stream `profiles`."""

    def __init__(self, read: Read) -> None:
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one profile; see `schemas.PROFILES` for the order."""
        whole = msgspec.json.encode(raw)
        platform_info = take_array(raw, "platformInfo")
        device = take_text(raw, "objectId")
        if device == NULL:
            device = _first_object_id(platform_info)
        identity = take_text(raw, "identity")
        return (
            _profile_key(identity, device, whole),
            device,
            identity,
            take_text(raw, "email"),
            take_text(raw, "name"),
            take_text(raw, "phone"),
            platform_info,
            take_object(raw, "profileData"),
            take_object(raw, "events"),
            rest(raw),
            self._read_at,
        )


def devices(profile: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """Yield the devices of a profile's record; see `schemas.PROFILE_DEVICES` for the order."""
    profile_key, platform_info, read_at = profile[0], profile[6], profile[-1]
    for item in _objects(platform_info):
        raw = _device.decode(item)
        device = take_text(raw, "objectId")
        yield (
            _device_key(profile_key, device, item),
            profile_key,
            device,
            take_text(raw, "platform"),
            take_text(raw, "os_version"),
            take_text(raw, "app_version"),
            take_text(raw, "make"),
            take_text(raw, "model"),
            take_text(raw, "push_token"),
            rest(raw),
            read_at,
        )


def _objects(platform_info: bytes) -> Iterator[bytes]:
    """Yield the entries that are objects; others are only in the profile's `platform_info`."""
    if platform_info != NULL:
        items = map(bytes, _items.decode(platform_info))
        yield from (item for item in items if item.startswith(b"{"))


def _first_object_id(platform_info: bytes) -> bytes:
    found = (object_id(item) for item in _objects(platform_info))
    return next((one for one in found if one != NULL), NULL)


def _profile_key(identity: bytes, device: bytes, whole: bytes) -> bytes:
    if identity != NULL:
        return quoted(digest(b'"identity"', identity))
    if device != NULL:
        return quoted(digest(b'"objectId"', device))
    return quoted(digest(b'"profile"', canonical(whole)))


def _device_key(profile_key: bytes, device: bytes, whole: bytes) -> bytes:
    if device != NULL:
        return quoted(digest(profile_key, b'"objectId"', device))
    return quoted(digest(profile_key, b'"device"', canonical(whole)))
