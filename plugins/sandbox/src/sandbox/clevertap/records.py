"""How CleverTap writes a person: fields that are absent are left out."""

import msgspec

from sandbox.world.people import Device, Person

APP, EVENTS, PROFILE = "app", "events", "profile"
PARTS = (APP, EVENTS, PROFILE)


def event_profile(person: Person, device: Device, parts: tuple[str, ...]) -> bytes:
    """The `profile` object of an event record, as the person is now."""
    record: dict[str, object] = {"objectId": device.object_id, "platform": device.platform}
    if person.customer:
        record["all_identities"] = [person.customer.customer_id, person.customer.email]
    record |= _contact(person)
    if PROFILE in parts:
        record["profileData"] = _profile_data(person)
    if EVENTS in parts:
        record["events"] = _events(person)
    if APP in parts:
        record |= _app(device)
    return msgspec.json.encode(record)


def profile_record(person: Person, parts: tuple[str, ...] = PARTS) -> bytes:
    """A record of the profiles API; its objectIds stand in `platformInfo` only."""
    record: dict[str, object] = _contact(person)
    if PROFILE in parts:
        record["profileData"] = _profile_data(person)
    if EVENTS in parts:
        record["events"] = _events(person)
    record["platformInfo"] = [
        {
            "platform": device.platform,
            **(_app(device) if APP in parts else {}),
            **({"push_token": _push_token(device)} if device.platform != "Web" else {}),
            "objectId": device.object_id,
        }
        for device in person.devices
    ]
    return msgspec.json.encode(record)


def _contact(person: Person) -> dict[str, object]:
    customer = person.customer
    if customer is None:
        return {}
    record: dict[str, object] = {
        "identity": customer.customer_id,
        "email": customer.email,
        "name": customer.name,
    }
    if customer.phone:
        record["phone"] = customer.phone
    return record


def _profile_data(person: Person) -> dict[str, object]:
    data: dict[str, object] = {"City": person.city}
    customer = person.customer
    if customer:
        data |= {"Tier": customer.tier, "Customer Since": f"$D{customer.signed_up_at}"}
        if customer.birthday is not None:
            data["Birthday"] = f"$D{customer.birthday}"
        # What people have bought is a number for most and, of old, a text for some.
        data["Orders"] = customer.orders if person.number % 50 else str(customer.orders)
        if customer.tags:
            data["Tags"] = customer.tags
    return data


def _events(person: Person) -> dict[str, object]:
    return {
        name: {"count": count, "first_seen": first, "last_seen": last}
        for name, (count, first, last) in person.events.items()
    }


def _app(device: Device) -> dict[str, object]:
    return {
        "os_version": device.os_version,
        "app_version": device.app_version,
        "make": device.make,
        "model": device.model,
    }


def _push_token(device: Device) -> str:
    return f"fcm:{device.object_id[-24:]}"
