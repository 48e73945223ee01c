"""The whole tap against the sandbox's CleverTap: the truth comes from the sandbox's ledger."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tap_running import Output, sync

from line_tap.errors import ConfigError
from tap_clevertap.errors import AnswerError, CredentialsError

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedClevertap


SOME = ["App Launched", "Charged", "Product Viewed"]


def settings(clevertap: SimulatedClevertap, **more: object) -> dict[str, Any]:
    return {
        "account_id": clevertap.account_id,
        "passcode": clevertap.passcode,
        "account_timezone": "Asia/Kolkata",
        "start_date": start_date(clevertap),
        "api_url": clevertap.url,
        "batch_size": 46,
        "max_retry_seconds": 20,
        **more,
    }


def start_date(clevertap: SimulatedClevertap) -> str:
    return (clevertap.first_day + timedelta(days=8)).isoformat()


def counted(output: Output) -> dict[tuple[str, str], int]:
    """Events by name and day, as staging sees them: of each slice's latest complete read only."""
    latest = {
        (row["event_name"], row["event_date"]): row["read_at"]
        for row in output.records("events_reads")
    }
    upserted = {e["event_key"]: e for e in output.events}
    return Counter(
        (e["event_name"], e["event_date"])
        for e in upserted.values()
        if e["read_at"] == latest[e["event_name"], e["event_date"]]
    )


def truth(clevertap: SimulatedClevertap, since: str | None = None) -> dict[tuple[str, str], int]:
    first = start_date(clevertap) if since is None else since
    return {
        (row["event_name"], row["event_date"]): int(row["events"])
        for row in clevertap.ledger("clevertap_events")
        if row["event_date"] >= first
    }


def together(*outputs: Output) -> Output:
    return Output([line for output in outputs for line in output.lines])


def test_every_event_arrives_once(clevertap: SimulatedClevertap) -> None:
    whole = settings(clevertap, start_date=clevertap.first_day.isoformat())
    output = sync(whole)
    expected = truth(clevertap, since="")
    assert counted(output) == expected
    assert len(expected) > 100
    assert len({e["event_key"] for e in output.events}) == len(output.events)
    assert clevertap.stats()["max_in_flight"]["events"] <= 3
    assert output.state["bookmarks"]["events"]["partitions"]
    assert set(output.bookmarks().values()) == {clevertap.clock.isoformat()}


def test_a_second_run_brings_the_same_keys(clevertap: SimulatedClevertap) -> None:
    first = sync(settings(clevertap, event_names=SOME))
    second = sync(settings(clevertap, event_names=SOME, batch_size=4991))
    assert {e["event_key"] for e in first.events} == {e["event_key"] for e in second.events}


def test_increments_with_late_events_equal_a_full_read(clevertap: SimulatedClevertap) -> None:
    outputs = [sync(settings(clevertap, event_names=SOME))]
    for days in (1, 1):
        clevertap.advance(days)
        outputs.append(sync(settings(clevertap, event_names=SOME), outputs[-1].state))
        expected = truth(clevertap)
        assert counted(together(*outputs)) == {k: n for k, n in expected.items() if k[0] in SOME}
    read_again = min(row["event_date"] for row in outputs[-1].records("events_reads"))
    assert read_again == (clevertap.clock - timedelta(days=4)).isoformat()  # bookmark less 3


def test_a_fifth_of_the_answers_may_fail(clevertap: SimulatedClevertap) -> None:
    clevertap.fault("random", times=0, per_mille=200, seed=3)
    clevertap.fault("cursor_invalid", times=3, nth=20, method="GET", endpoint="events")
    clevertap.fault("records_null", times=2, nth=50)
    clevertap.fault("not_json", times=2, nth=60)
    output = sync(settings(clevertap))
    assert counted(output) == truth(clevertap)
    assert clevertap.stats()["max_in_flight"]["events"] <= 3


def test_an_expired_cursor_starts_the_slice_again(clevertap: SimulatedClevertap) -> None:
    clevertap.fault("cursor_invalid", times=1, nth=2, method="GET", event_name="App Launched")
    output = sync(settings(clevertap, event_names=["App Launched"]))
    mine = {k: v for k, v in truth(clevertap).items() if k[0] == "App Launched"}
    assert counted(output) == mine


def test_a_cycle_of_cursors_starts_the_slice_again(clevertap: SimulatedClevertap) -> None:
    clevertap.fault("cursor_cycle", times=3, length=2, nth=2)
    output = sync(settings(clevertap, event_names=SOME))
    expected = truth(clevertap)
    assert counted(output) == {k: n for k, n in expected.items() if k[0] in SOME}


def test_a_cycle_without_end_ends_the_run(clevertap: SimulatedClevertap) -> None:
    clevertap.fault("cursor_cycle", times=0, event_name="App Launched")
    with pytest.raises(AnswerError, match=r"'App Launched' on .*cursors were lost"):
        sync(settings(clevertap))


def test_profiles_are_those_of_the_people(clevertap: SimulatedClevertap) -> None:
    streams = ["profiles", "profiles_reads"]
    output = sync(settings(clevertap), streams=streams)
    profiles = {p["profile_key"]: p for p in output.records("profiles")}
    customers = {row["customer_id"] for row in clevertap.ledger("acquisition")}
    known = [p["identity"] for p in profiles.values() if p["identity"]]
    assert known
    assert len(known) == len(set(known))
    assert set(known) <= customers
    assert all(p["object_id"] for p in profiles.values())
    assert len(output.records("profiles_reads")) == 4


def test_schemas_name_the_events(clevertap: SimulatedClevertap) -> None:
    output = sync(settings(clevertap), streams=["event_schema", "user_properties"])
    names = {row["name"] for row in output.records("event_schema")}
    assert names == {name for name, _ in truth(clevertap)}
    assert output.records("user_properties")


def test_errors_of_the_simulator(clevertap: SimulatedClevertap) -> None:
    with pytest.raises(CredentialsError, match="Invalid Credentials"):
        sync(settings(clevertap, passcode="no"))
    with pytest.raises(CredentialsError, match="Account ID is not valid"):
        sync(settings(clevertap, account_id="no"))
    with pytest.raises(ConfigError, match=r"'app launched' .*event_names"):
        sync(settings(clevertap, event_names=["app launched"]))
    clevertap.fault("export_not_allowed", times=0, event_name="Charged")
    output = sync(settings(clevertap))
    expected = truth(clevertap)
    assert counted(output) == {k: v for k, v in expected.items() if k[0] != "Charged"}
    assert "Charged" not in output.bookmarks()
