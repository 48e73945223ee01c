import gzip
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.plain_client import GraphClient, Reply
from sandbox.simulated import SimulatedFacebook

INDIA, WORLD = "act_504112233445566", "act_504998877665544"
EDGES = ("campaigns", "adsets", "ads", "adcreatives", "customconversions", "customaudiences",
         "adimages", "advideos", "adlabels")  # fmt: skip


def error(reply: Reply) -> Any:  # noqa: ANN401 - JSON
    found = reply.json["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= set(found)
    return found


def test_a_user_sees_two_accounts_in_two_currencies_and_zones(graph: GraphClient) -> None:
    assert graph.get("v26.0/me").json == {"name": "Headwater System User", "id": "122099887766554"}
    fields = "account_id,currency,timezone_name,timezone_offset_hours_utc"
    found = graph.data("v26.0/me/adaccounts", fields=fields)
    told = [(one["id"], one["currency"], one["timezone_name"]) for one in found]
    assert told == [(INDIA, "INR", "Asia/Kolkata"), (WORLD, "USD", "America/New_York")]
    assert [one["timezone_offset_hours_utc"] for one in found] == [5.5, -4.0]
    assert graph.get(f"v26.0/{INDIA}/").json == {"account_id": INDIA[4:], "id": INDIA}


@pytest.mark.parametrize("version", ["v26.0/", "v25.0/", ""])
def test_two_versions_live_and_none_means_the_older_one(graph: GraphClient, version: str) -> None:
    reply = graph.get(f"{version}{INDIA}", fields="name")
    assert reply.json == {"name": "Headwater India", "id": INDIA}
    assert reply.headers["facebook-api-version"] == (version.strip("/") or "v25.0")


@pytest.mark.parametrize("version", ["v24.0", "v22.0", "v3.1"])
def test_an_expired_version_is_refused(graph: GraphClient, version: str) -> None:
    found = error(graph.get(f"{version}/me"))
    assert found["code"] == 2635
    assert "deprecated version" in found["message"]
    assert "v26.0" in found["message"]


def test_a_version_of_the_future_is_no_path(graph: GraphClient) -> None:
    found = error(graph.get("v99.0/me"))
    assert (found["code"], found["message"]) == (2500, "Unknown path components: /v99.0")


def test_a_token_may_stand_in_query_form_or_header(graph: GraphClient) -> None:
    target = "/v26.0/me"
    for kind in ("Bearer", "OAuth"):
        headers = {"Authorization": f"{kind} {graph.token}"}
        assert graph.request("GET", target, headers=headers).status == 200
    assert graph.get("v26.0/me", appsecret_proof="0" * 64).status == 200
    assert graph.post("v26.0/me", method="get").status == 200
    missing, wrong = (
        graph.request("GET", target),
        graph.request("GET", f"{target}?access_token=EAAB"),
    )
    assert (missing.status, error(missing)["code"]) == (400, 104)
    assert (wrong.status, error(wrong)["code"]) == (400, 190)


@pytest.mark.parametrize("edge", EDGES)
def test_every_edge_shows_whole_objects_of_its_account(graph: GraphClient, edge: str) -> None:
    for account in (INDIA, WORLD):
        ids = [one["id"] for one in graph.data(f"v26.0/{account}/{edge}", limit=3)]
        assert len(set(ids)) == len(ids)
        assert bool(ids) == (edge != "adlabels")
        for one in ids:
            assert graph.get(f"v26.0/{one}").json["id"] == one


def test_fields_are_taken_in_every_form_that_clients_send(graph: GraphClient) -> None:
    path = f"v26.0/{INDIA}/campaigns"
    wanted = {"id", "name", "objective"}
    for text in (
        "id,name,objective",
        " id , name,objective ",
        '["id","name","objective"]',
        "['id', 'name', 'objective']",
    ):
        (first, *_) = graph.get(path, fields=text).json["data"]
        assert set(first) == wanted
    assert set(graph.get(path).json["data"][0]) == {"id"}
    assert error(graph.get(path, fields="id,name}"))["code"] == 2500


def test_fields_may_reach_into_other_objects(graph: GraphClient) -> None:
    (ad,) = graph.get(
        f"v26.0/{INDIA}/ads",
        fields="name,creative{object_type},campaign{name},adset,account_id,"
        "insights.date_preset(maximum){spend}",
        limit=1,
    ).json["data"]
    assert ad["creative"]["object_type"] == "VIDEO"
    assert ad["campaign"]["name"] == "IN | Prospecting | Chai"
    assert set(ad["adset"]) == {"id"}
    assert float(ad["insights"]["data"][0]["spend"]) > 0
    campaign = graph.get(f"v26.0/{ad['campaign']['id']}", fields="ads.limit(1){id},adsets{name}")
    assert [one["id"] for one in campaign.json["ads"]["data"]] == [ad["id"]]
    assert {one["name"] for one in campaign.json["adsets"]["data"]} == {"Broad", "Lookalike"}


@pytest.mark.parametrize(
    ("path", "fields", "where"),
    [
        (f"{INDIA}/campaigns", "id,spend", "(spend) on node type (AdCampaignGroup)"),
        (INDIA, "age,nickname", "(nickname) on node type (AdAccount)"),
        (f"{INDIA}/stars", "id", "(stars) on node type (AdAccount)"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(
    graph: GraphClient, path: str, fields: str, where: str
) -> None:
    found = error(graph.get(f"v26.0/{path}", fields=fields))
    assert found["code"] == 100
    assert found["message"] == f"(#100) Tried accessing nonexisting field {where}"


@pytest.mark.parametrize("node", ["act_1", "12345", "act_504112233445566x"])
def test_an_unknown_object_is_unsupported(graph: GraphClient, node: str) -> None:
    for path in (node, f"{node}/campaigns", f"{node}/insights"):
        reply = graph.get(f"v26.0/{path}")
        found = error(reply)
        assert (reply.status, found["code"], found["error_subcode"]) == (400, 100, 33)
        assert found["type"] == "GraphMethodException"
        assert f"'{node}'" in found["message"]


def test_pages_follow_each_other_by_cursor_and_by_link(graph: GraphClient) -> None:
    path = f"v26.0/{INDIA}/ads"
    everything = graph.get(path, limit=100).json
    assert "next" not in everything["paging"]
    ids = [one["id"] for one in everything["data"]]
    by_link = [one["id"] for one in graph.data(path, limit=5)]
    by_cursor, after = [], ""
    while True:
        page = graph.get(path, limit=5, after=after).json
        by_cursor += [one["id"] for one in page["data"]]
        if "next" not in page["paging"]:
            break
        after = page["paging"]["cursors"]["after"]
    assert by_link == by_cursor == ids
    assert len(ids) == 12
    # Behind the last page there is one without cursors.
    assert graph.get(path, after=page["paging"]["cursors"]["after"]).json == {"data": []}
    back = graph.get(path, limit=5, before=page["paging"]["cursors"]["before"]).json
    assert [one["id"] for one in back["data"]] == ids[5:10]


def test_a_link_carries_the_whole_request(graph: GraphClient, facebook: SimulatedFacebook) -> None:
    page = graph.get(f"v26.0/{INDIA}/ads", fields="id,name", limit=5).json
    link = urlsplit(page["paging"]["next"])
    assert f"{link.scheme}://{link.netloc}" == facebook.url
    assert link.path == f"/v26.0/{INDIA}/ads"
    query = parse_qs(link.query)
    assert query["access_token"] == [graph.token]
    assert (query["fields"], query["limit"]) == (["id,name"], ["5"])


def test_a_page_without_limit_holds_25_and_a_huge_one_is_refused(graph: GraphClient) -> None:
    parameters = {"time_increment": 1, "level": "ad", "date_preset": "maximum"}
    assert len(graph.get(f"v26.0/{INDIA}/insights", **parameters).json["data"]) == 25
    reply = graph.get(f"v26.0/{INDIA}/ads", limit=10_000)
    assert (reply.status, error(reply)["code"]) == (500, 1)
    assert "reduce the amount of data" in error(reply)["message"]
    assert error(graph.get(f"v26.0/{INDIA}/ads", limit="many"))["code"] == 100
    assert error(graph.get(f"v26.0/{INDIA}/ads", after="nonsense"))["code"] == 100


def test_lists_can_be_filtered(graph: GraphClient) -> None:
    path = f"v26.0/{INDIA}/campaigns"
    fields = "id,name,updated_time"
    campaigns = graph.data(path, fields=fields)

    def names(**parameters: object) -> list[str]:
        return [one["name"] for one in graph.data(path, fields=fields, **parameters)]

    def filtering(field: str, operator: str, value: object) -> list[str]:
        return names(filtering=[{"field": field, "operator": operator, "value": value}])

    every = [one["name"] for one in campaigns]
    assert filtering("name", "CONTAIN", "brand") == ["IN | Brand | Monsoon ☔"]
    assert filtering("campaign.id", "IN", [campaigns[1]["id"]]) == [every[1]]
    assert filtering("effective_status", "IN", ["ACTIVE"]) == every
    assert filtering("campaign.effective_status", "NOT_IN", ["ACTIVE"]) == []
    assert filtering("campaign.updated_time", "GREATER_THAN", 0) == every
    assert filtering("campaign.updated_time", "GREATER_THAN", 4_000_000_000) == []
    assert names(effective_status=["PAUSED", "ARCHIVED"]) == []
    ads = graph.data(
        f"v26.0/{INDIA}/ads",
        filtering=[{"field": "campaign.id", "operator": "EQUAL", "value": campaigns[0]["id"]}],
    )
    assert len(ads) == 4
    reply = graph.get(path, filtering=[{"field": "mood", "operator": "EQUAL", "value": 1}])
    assert "Filtering field mood with operation equal is not supported" in error(reply)["message"]


def test_a_campaigns_budget_rises_and_moves_its_updated_time(moving: SimulatedFacebook) -> None:
    graph = GraphClient(moving)

    def told() -> list[tuple[str, int]]:
        fields = "updated_time,daily_budget"
        found = graph.data(f"v26.0/{WORLD}/campaigns", fields=fields)
        return [(one["updated_time"], int(one["daily_budget"])) for one in found]

    before = told()
    assert all(moment.endswith("-0400") for moment, _ in before)
    moving.advance(14)
    after = told()
    for (earlier, small), (later, large) in zip(before, after, strict=True):
        assert later > earlier
        assert large > small


def test_answers_tell_the_worlds_date_and_are_packed(
    graph: GraphClient, facebook: SimulatedFacebook
) -> None:
    plain = graph.get(f"v26.0/{INDIA}/ads", fields="id,name,tracking_specs")
    assert plain.headers["date"].startswith(f"{facebook.clock:%a, %d %b %Y} 18:29:59")
    query = urlencode({"access_token": graph.token, "fields": "id,name,tracking_specs"})
    target = f"/v26.0/{INDIA}/ads?{query}"
    packed = graph.request("GET", target, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert json.loads(gzip.decompress(packed.content)) == plain.json


def test_several_objects_by_their_ids(graph: GraphClient) -> None:
    ids = [one["id"] for one in graph.data(f"v26.0/{INDIA}/adcreatives", limit=3)][:3]
    found = graph.get("v26.0/", ids=",".join(ids), fields="thumbnail_url").json
    assert set(found) == set(ids)
    assert all(one["thumbnail_url"].startswith("https://") for one in found.values())
    assert error(graph.get("v26.0/", ids=f"{ids[0]},77"))["error_subcode"] == 33


def test_a_batch_answers_each_request(graph: GraphClient) -> None:
    batch = [
        {"method": "GET", "relative_url": f"v26.0/{INDIA}?fields=name"},
        {"method": "GET", "relative_url": f"{WORLD}/campaigns?fields=id&limit=1"},
        {"method": "GET", "relative_url": "v26.0/act_1"},
        {"method": "POST", "relative_url": f"v26.0/{INDIA}/insights", "body": "level=ad"},
    ]
    for path in ("v26.0/", ""):
        answers = graph.post(path, batch=batch).json
        assert [answer["code"] for answer in answers] == [200, 200, 400, 200]
        bodies = [json.loads(answer["body"]) for answer in answers]
        assert bodies[0] == {"name": "Headwater India", "id": INDIA}
        assert len(bodies[1]["data"]) == 1
        assert bodies[2]["error"]["error_subcode"] == 33
        assert bodies[3]["report_run_id"].isdecimal()
        names = {header["name"] for header in answers[0]["headers"]}
        assert "x-business-use-case-usage" in names
    assert "headers" not in graph.post("", batch=batch, include_headers="false").json[0]
    found = error(graph.post("v26.0/", batch=[batch[0]] * 51))
    assert found["message"] == "Too many requests in batch message. Maximum batch size is 50"


def test_bodies_come_as_forms_of_both_kinds_and_as_json(graph: GraphClient) -> None:
    path = f"/v26.0/{INDIA}/insights"
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"access_token": graph.token, "level": "ad"}.items()
    )
    for kind, body in (
        ("multipart/form-data; boundary=x", f"{parts}--x--\r\n"),
        ("application/json", json.dumps({"access_token": graph.token, "level": "ad"})),
    ):
        reply = graph.request("POST", path, body.encode(), {"Content-Type": kind})
        assert reply.json["report_run_id"]
    bad = graph.request("POST", path, b"{", {"Content-Type": "application/json"})
    assert error(bad)["code"] == 100


def test_nothing_can_be_written(graph: GraphClient) -> None:
    found = error(graph.post(f"v26.0/{INDIA}/campaigns", name="New"))
    assert "The sandbox does not simulate POST" in found["message"]
