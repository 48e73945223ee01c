"""Profiles and their devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_running import DAY, config, sync

if TYPE_CHECKING:
    from fake_clevertap import FakeClevertap

DEVICES = ["profiles", "profile_devices"]

PROFILES = [
    (
        b'{"identity":"i-1","email":"a@b.c","name":"A","phone":"+1","all_identities":["i-1"],'
        b'"profileData":{"city":"Pune"},"events":{"Charged":{"count":1,"first_seen":1}},'
        b'"platformInfo":[{"platform":"iOS","objectId":"o-1"}]}'
    ),
    b'{"platformInfo":[{"platform":"Web"},{"objectId":"o-2"}],"phone":919812345678}',
    b'{"objectId":"o-3","identity":17,"platformInfo":{"odd":1}}',
    b'{"email":"nobody@b.c"}',
]


def test_profiles(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = PROFILES
    output = sync(config(api), streams=["profiles", "profiles_reads"])
    known, anonymous, odd, nobody = output.records("profiles")
    assert known["identity"] == "i-1"
    assert known["object_id"] == "o-1"
    assert known["platform_info"] == [{"platform": "iOS", "objectId": "o-1"}]
    assert known["profile_data"] == {"city": "Pune"}
    assert known["events"] == {"Charged": {"count": 1, "first_seen": 1}}
    assert known["extra_fields"] == {"all_identities": ["i-1"]}
    assert anonymous["object_id"] == "o-2"
    assert anonymous["identity"] is anonymous["email"] is anonymous["extra_fields"] is None
    assert anonymous["phone"] == "919812345678"
    assert odd["identity"] == "17"
    assert odd["platform_info"] is None
    assert odd["extra_fields"] == {"platformInfo": {"odd": 1}}
    assert len({p["profile_key"] for p in (known, anonymous, odd, nobody)}) == 4
    (row,) = output.records("profiles_reads")
    assert row == {
        "event_name": "App Launched",
        "from_date": "2026-10-31",
        "to_date": "2026-10-31",
        "read_at": known["read_at"],
        "rows": 4,
    }
    assert output.bookmarks("profiles") == {"App Launched": "2026-10-31"}


def test_profiles_are_read_again_from_their_bookmark(api: FakeClevertap) -> None:
    settings = config(api, start_date="2026-10-20")
    streams = ["profiles", "profiles_reads"]
    first = sync(settings, streams=streams)
    assert len(api.posts) == 12
    assert "/1/profiles.json?batch_size=4991&app=true&events=true&profile=true" in {
        seen.target for seen in api.seen
    }
    api.seen.clear()
    sync(settings, first.state, streams=streams)
    assert [post["from"] for post in api.posts] == [DAY]
    api.seen.clear()
    sync({**settings, "profiles_event_name": "Charged"}, first.state, streams=streams)
    assert len(api.posts) == 12  # another event's users are others


def test_a_profiles_key_is_its_identity(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = [
        b'{"identity":"i-1","platformInfo":[{"objectId":"o-1"}]}',
        b'{"identity":"i-1","email":"new@b.c","platformInfo":[{"objectId":"o-2"}]}',
        b'{"platformInfo":[{"objectId":"i-1"}]}',
    ]
    one, two, device = sync(config(api), streams=["profiles"]).records("profiles")
    assert one["profile_key"] == two["profile_key"] != device["profile_key"]


def test_devices_come_with_their_profile(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = [
        (
            b'{"identity":"i-1","platformInfo":['
            b'{"platform":"Android","os_version":"10","app_version":"1.1.7","make":"xiaomi",'
            b'"model":"m","push_token":"fcm:1","objectId":"o-1","new":[1]},'
            b'{"platform":"Web","objectId":2}]}'
        ),
        b'{"platformInfo":[]}',
    ]
    output = sync(config(api), streams=DEVICES)
    profile = output.records("profiles")[0]
    phone, web = output.records("profile_devices")
    assert phone == {
        "device_key": phone["device_key"],
        "profile_key": profile["profile_key"],
        "object_id": "o-1",
        "platform": "Android",
        "os_version": "10",
        "app_version": "1.1.7",
        "make": "xiaomi",
        "model": "m",
        "push_token": "fcm:1",
        "extra_fields": {"new": [1]},
        "read_at": profile["read_at"],
    }
    assert (web["object_id"], web["platform"], web["make"]) == ("2", "Web", None)
    assert web["extra_fields"] is None
    assert web["device_key"] != phone["device_key"]
    lines = [m["stream"] for m in output.messages if m["type"] == "RECORD"]
    assert lines == ["profile_devices", "profile_devices", "profiles", "profiles"]


def test_a_devices_key_is_its_profile_and_object_id(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = [
        b'{"identity":"i-1","platformInfo":[{"objectId":"o-1","model":"a"},{"make":"b","x":1}]}',
        b'{"identity":"i-1","platformInfo":[{"objectId":"o-1","model":"c"},{"x":1,"make":"b"}]}',
        b'{"identity":"i-2","platformInfo":[{"objectId":"o-1"},{"make":"b","x":1},{"make":"b"}]}',
    ]
    one, bare, again, reordered, others, others_bare, plain = (
        device["device_key"] for device in sync(config(api), streams=DEVICES).records(DEVICES[1])
    )
    assert one == again
    assert bare == reordered
    assert len({one, bare, others, others_bare, plain}) == 5


def test_what_is_no_device_stays_in_the_profile(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = [
        b'{"identity":"1","platformInfo":["odd",null,{"objectId":{"a":1},"platform":["x"]}]}',
        b'{"identity":"2","platformInfo":{"objectId":"o-2"}}',
    ]
    output = sync(config(api), streams=DEVICES)
    (device,) = output.records("profile_devices")
    assert device["extra_fields"] == {"objectId": {"a": 1}, "platform": ["x"]}
    assert device["object_id"] is device["platform"] is None
    assert output.records("profiles")[0]["platform_info"][:2] == ["odd", None]


def test_devices_without_their_profiles_are_not_written(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = PROFILES
    assert sync(config(api), streams=["profile_devices"]).records("profile_devices") == []
    assert not api.posts


def test_the_sdks_path_gives_the_same_devices(api: FakeClevertap) -> None:
    api.profiles[("App Launched", DAY)] = PROFILES
    fast = sync(config(api), streams=DEVICES)
    fewer = sync(config(api), streams=DEVICES, without=["push_token"])
    mapped = sync(
        config(api, stream_maps={"profile_devices": {"copy": "platform"}}, stream_map_config={}),
        streams=DEVICES,
    )
    for device, bare, copied in zip(
        *(output.records("profile_devices") for output in (fast, fewer, mapped)), strict=True
    ):
        assert copied.pop("copy", None) == device["platform"]
        for one in (device, bare, copied):
            one.pop("read_at")
        assert copied == device
        assert device.pop("push_token") is None
        assert bare == device
    assert len(fast.records("profile_devices")) == 3
