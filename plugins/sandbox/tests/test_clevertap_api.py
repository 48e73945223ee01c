from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import pytest

from sandbox.plain_client import QUERY, Client
from sandbox.simulated import SimulatedClevertap
from sandbox.world.journeys import EVENT_NAMES

LAUNCHED = "App Launched"


def whole(api: SimulatedClevertap) -> tuple[date, date]:
    return api.first_day, api.clock


def total(api: SimulatedClevertap, name: str) -> int:
    rows = api.ledger("clevertap_events")
    return sum(int(row["events"]) for row in rows if row["event_name"] == name)


def bare(path: str, first: date, last: date, **body: object) -> tuple[str, str, dict[str, object]]:
    days = {"from": int(f"{first:%Y%m%d}"), "to": int(f"{last:%Y%m%d}")}
    return "POST", path, {**days, **body}


@pytest.mark.parametrize(("size", "share"), [(4991, 217), (500, 21), (23, 1), (100, 4)])
def test_a_page_takes_an_equal_share_of_each_bucket(
    clevertap: SimulatedClevertap, client: Client, size: int, share: int
) -> None:
    opened = client.open(LAUNCHED, *whole(clevertap), f"batch_size={size}&profile=true").json
    pages = client.pages(opened["cursor"])
    assert all(0 < len(page) <= share * 23 for page in pages)
    records = [record for page in pages for record in page]
    assert len(records) == total(clevertap, LAUNCHED)
    if size <= 100:
        assert len(pages[0]) == share * 23


def test_a_size_below_the_number_of_buckets_is_no_limit(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    opened = client.open(LAUNCHED, *whole(clevertap), "batch_size=22").json
    assert [len(page) for page in client.pages(opened["cursor"])] == [total(clevertap, LAUNCHED)]


def test_the_last_page_is_exactly_success(clevertap: SimulatedClevertap, client: Client) -> None:
    page = client.page(client.open(LAUNCHED, *whole(clevertap)).json["cursor"]).json
    assert set(page) == {"status", "next_cursor", "records"}
    assert client.page(page["next_cursor"]).content == b'{"status":"success"}'


def test_pages_come_unordered_but_always_the_same(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    cursor = client.open(LAUNCHED, *whole(clevertap)).json["cursor"]
    once, again = client.pages(cursor), client.pages(cursor)
    assert once == again
    stamps = [record["ts"] for page in once for record in page]
    assert stamps != sorted(stamps)


def test_a_cursor_is_long_and_encoded_already(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    for day in range(12):
        first = clevertap.first_day + timedelta(days=day)
        cursor = client.open(LAUNCHED, first, first).json["cursor"]
        assert 1800 < len(cursor) < 2050
        assert all(code in cursor for code in ("%2B", "%2F", "%3D"))
        assert client.page(cursor).json["status"] == "success"
        again = client.page(cursor.replace("%", "%25"))
        assert (again.status, again.json["code"]) == (200, 3)
        assert again.json == {"status": "fail", "error": "Incorrect Usage", "code": 3}


@pytest.mark.parametrize(
    ("family", "step", "steps"),
    [("events", 3590, 4), ("profiles", 23 * 3600, 4)],
)
def test_cursors_expire(
    clevertap: SimulatedClevertap, client: Client, family: str, step: int, steps: int
) -> None:
    query = "batch_size=23"
    cursor = client.open(LAUNCHED, *whole(clevertap), query, family).json["cursor"]
    for _ in range(steps):
        clevertap.move_clock(step)
        cursor = client.page(cursor, family).json["next_cursor"]
    # Every step was soon enough after the last one, but the chain is too old now.
    clevertap.move_clock(step)
    assert client.page(cursor, family).json["code"] == 3


def test_an_idle_cursor_expires_after_an_hour(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    cursor = client.open(LAUNCHED, *whole(clevertap)).json["cursor"]
    clevertap.move_clock(3601)
    assert client.page(cursor).json["code"] == 3


def test_a_day_without_events_is_one_empty_page(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    later = clevertap.clock + timedelta(days=1)
    cursor = client.open(LAUNCHED, later, later).json["cursor"]
    assert client.page(cursor).json == {"status": "success"}


def test_parts_of_a_profile_come_when_asked_for(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    def profiles(query: str) -> list[dict[str, Any]]:
        records = client.records(LAUNCHED, *whole(clevertap), f"batch_size=4991&{query}")
        return [record["profile"] for record in records]

    nothing = profiles("")
    assert all("objectId" in profile and "platform" in profile for profile in nothing)
    parts = {"app=true": "os_version", "profile=true": "profileData", "events=true": "events"}
    for query, field in parts.items():
        assert not any(field in profile for profile in nothing)
        asked = profiles(query)
        assert all(field in profile for profile in asked)
        others = set(parts.values()) - {field}
        assert not any(other in profile for profile in asked for other in others)


def test_a_record_is_shaped_like_clevertaps(clevertap: SimulatedClevertap, client: Client) -> None:
    records = client.records(LAUNCHED, *whole(clevertap), QUERY)
    for record in records:
        assert set(record) - {"experiment"} == {"profile", "session_props", "ts", "event_props"}
        assert len(str(record["ts"])) == 14
        known = {"identity", "email", "name"} & set(record["profile"])
        assert len(known) in (0, 3)
    assert {"identity" in record["profile"] for record in records} == {True, False}
    sizes = [len(msgspec.json.encode(record["profile"])) for record in records]
    assert 150 < sum(sizes) / len(sizes) < 500


def test_late_events_show_up_while_time_goes_on(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    days = (clevertap.clock - timedelta(days=2), clevertap.clock)
    before = [len(client.records(name, *days)) for name in EVENT_NAMES]
    clevertap.advance(3)
    after = [len(client.records(name, *days)) for name in EVENT_NAMES]
    assert sum(after) > sum(before)
    clevertap.advance(1)
    assert [len(client.records(name, *days)) for name in EVENT_NAMES] == after


def test_a_chain_shows_one_state_of_the_events(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    days = (clevertap.clock, clevertap.clock)
    opened = client.open("Product Viewed", *days, "batch_size=23").json["cursor"]
    first = client.page(opened).json
    count = sum(map(len, client.pages(opened)))
    clevertap.advance(3)
    rest = client.pages(first["next_cursor"])
    assert len(first["records"]) + sum(map(len, rest)) == count
    assert len(client.records("Product Viewed", *days)) > count


def test_a_visitor_who_signs_up_has_an_identity_on_old_events_too(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    days = whole(clevertap)

    def identified() -> dict[str, bool]:
        records = client.records(LAUNCHED, *days)
        return {r["profile"]["objectId"]: "identity" in r["profile"] for r in records}

    before = identified()
    clevertap.advance(3)
    after = identified()
    assert any(after[device] and not known for device, known in before.items())
    assert all(after[device] for device, known in before.items() if known)


def test_the_date_header_tells_the_worlds_clock(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    for days in (0, 2):
        if days:
            clevertap.advance(days)
        header = client.request("GET", "/getSchema?type=events").headers["date"]
        moment = parsedate_to_datetime(header) + timedelta(hours=5, minutes=30)
        assert moment.date() == clevertap.clock
        assert moment.hour == 23


def test_profiles_carry_their_devices(clevertap: SimulatedClevertap, client: Client) -> None:
    query = "batch_size=4991&app=true&profile=true&events=true"
    records = client.records(LAUNCHED, *whole(clevertap), query, "profiles")
    events = client.records(LAUNCHED, *whole(clevertap))
    people = {r["profile"].get("identity") or r["profile"]["objectId"] for r in events}
    assert len(records) == len(people)
    assert not any("objectId" in record for record in records)
    devices = {info["objectId"] for record in records for info in record["platformInfo"]}
    assert devices >= {record["profile"]["objectId"] for record in events}
    assert any(len(record["platformInfo"]) > 1 for record in records)
    assert all(record["events"][LAUNCHED]["count"] > 0 for record in records)


def test_a_single_profile_is_found_by_any_id(clevertap: SimulatedClevertap, client: Client) -> None:
    records = client.records(LAUNCHED, *whole(clevertap))
    profile = next(r["profile"] for r in records if "identity" in r["profile"])
    for query in (
        f"identity={profile['identity']}",
        f"email={profile['email']}",
        f"objectId={profile['objectId']}",
    ):
        found = client.request("GET", f"/1/profile.json?{query}").json
        assert found["record"]["identity"] == profile["identity"]
    assert client.request("GET", "/1/profile.json?identity=nobody").status == 404
    assert client.request("GET", "/1/profile.json").status == 400


def test_the_schema_names_all_events(clevertap: SimulatedClevertap, client: Client) -> None:
    events = client.request("GET", "/getSchema?type=events").json["events"]
    assert {event["name"] for event in events} == set(EVENT_NAMES)
    found = client.request("GET", "/getSchema?type=userProperties").json["userProperties"]
    records = client.records(LAUNCHED, *whole(clevertap))
    used = {name for record in records for name in record["profile"]["profileData"]}
    assert {item["name"] for item in found} == used
    assert client.request("GET", "/getSchema").status == 400


def test_uploads_are_checked(client: Client) -> None:
    good = {"identity": "x", "type": "event", "evtName": "Tested", "ts": 1, "evtData": {}}
    bad = {"identity": "x", "type": "event", "evtData": {}}
    answer = client.request("POST", "/1/upload", {"d": [good, bad]})
    assert answer.status == 200
    assert (answer.json["status"], answer.json["processed"]) == ("partial", 1)
    assert answer.json["unprocessed"][0]["record"] == bad
    assert client.request("POST", "/1/upload", {"d": [good] * 1001}).status == 400


@pytest.mark.parametrize(
    ("path", "key"),
    [("/1/delete/profiles.json", "identity"), ("/1/demerge/profiles.json", "identities")],
)
def test_at_most_a_hundred_ids(client: Client, path: str, key: str) -> None:
    assert client.request("POST", path, {key: ["x"] * 100}).json == {"status": "success"}
    assert client.request("POST", path, {key: ["x"] * 101}).status == 400


def test_mistakes_are_told_in_clevertaps_words(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    day = clevertap.clock
    unknown = client.open("app launched", day, day)
    assert unknown.status == 200
    assert unknown.json == {
        "status": "fail",
        "error": ["Invalid event : app launched"],
        "code": 400,
    }
    assert client.open(LAUNCHED, day, day - timedelta(days=1)).status == 400
    assert client.open(LAUNCHED, day, day, "batch_size=5001").status == 400
    path = "/1/events.json"
    body = {"event_name": LAUNCHED, "from": "2026-10-01", "to": 20261001}
    assert client.request("POST", path, body).status == 400
    assert client.request("DELETE", path).status == 405
    assert client.request("GET", "/1/nothing.json").status == 404
    client.headers["X-CleverTap-Passcode"] = "wrong"
    wrong = client.open(LAUNCHED, day, day)
    assert (wrong.status, wrong.json["error"]) == (401, "Invalid Credentials")
    client.headers["X-CleverTap-Account-Id"] = "wrong"
    wrong = client.open(LAUNCHED, day, day)
    assert (wrong.status, wrong.json["error"]) == (401, "Account ID is not valid")
