import gzip
import http.client
import json
import time
from typing import Any

import pytest

from sandbox.facebook.faults import ERRORS, JOBS, KINDS, LIMITS, SPECIAL, TRANSIENT
from sandbox.plain_client import GraphClient, Reply
from sandbox.simulated import SimulatedFacebook

INDIA, WORLD = "act_504112233445566", "act_504998877665544"
INSIGHTS = f"v26.0/{INDIA}/insights"
# HTTP status, code, subcode, whether Meta calls it transient.
ANSWERS = {
    "code_1": (500, 1, 99, False),
    "code_2": (500, 2, 1504044, True),
    "code_4": (403, 4, None, True),
    "code_17": (400, 17, 2446079, True),
    "code_32": (400, 32, None, True),
    "code_341": (400, 341, None, True),
    "code_613": (400, 613, 1487742, True),
    **{f"code_{code}": (400, code, 2446079, True) for code in range(80000, 80015)},
    "transient": (503, 960, None, True),
    "too_many_requests": (429, 4, None, True),
    "server_error": (500, 1, None, False),
    "reduce_data": (400, 100, 1487534, False),
    "reduce_data_500": (500, 1, None, False),
    "bad_token": (400, 190, None, False),
    "expired_token": (400, 190, 463, False),
    "revoked_token": (400, 190, 460, False),
    "no_permission": (403, 200, None, False),
    "app_not_permitted": (403, 10, None, False),
    "no_such_object": (400, 100, 33, False),
    "invalid_parameter": (400, 100, None, False),
    "expired_version": (400, 2635, None, False),
}
TESTED_BELOW = {"report_not_ready", *SPECIAL, *JOBS}


def usage(reply: Reply) -> Any:  # noqa: ANN401 - JSON
    (found,) = json.loads(reply.headers["x-business-use-case-usage"])[INDIA[4:]]
    return found


def test_no_kind_goes_untested() -> None:
    assert set(KINDS) == {*ANSWERS, *TESTED_BELOW}
    assert set(ERRORS) <= set(KINDS)


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_error_comes_once_and_then_all_is_well(
    facebook: SimulatedFacebook, graph: GraphClient, kind: str
) -> None:
    facebook.fault(kind, nth=2)
    assert graph.get(INSIGHTS).status == 200
    reply = graph.get(INSIGHTS)
    status, code, subcode, is_transient = ANSWERS[kind]
    error = reply.json["error"]
    assert (reply.status, error["code"], error.get("error_subcode")) == (status, code, subcode)
    assert error.get("is_transient", False) == is_transient
    assert error["message"]
    assert graph.get(INSIGHTS).status == 200
    assert facebook.stats()["faults"] == {kind: 1}


def test_a_limits_error_tells_when_to_come_back(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    facebook.fault("code_80000", minutes=7)
    found = usage(graph.get(INSIGHTS))
    assert (found["call_count"], found["estimated_time_to_regain_access"]) == (100, 7)
    assert usage(graph.get(INSIGHTS))["estimated_time_to_regain_access"] == 0
    facebook.fault("code_4")
    assert json.loads(graph.get("v26.0/me").headers["x-app-usage"])["call_count"] == 100
    assert json.loads(graph.get("v26.0/me").headers["x-app-usage"])["call_count"] == 0


def test_a_fault_strikes_only_what_it_is_meant_for(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    facebook.fault("expired_token", times=0, account=INDIA[4:])
    assert graph.get(INSIGHTS).status == 400
    campaign = graph.data(f"v26.0/{WORLD}/campaigns")[0]["id"]
    for path in (f"{WORLD}/insights", WORLD, campaign, "me/adaccounts"):
        assert graph.get(f"v26.0/{path}").status == 200
    facebook.clear_faults()
    mine = graph.data(f"v26.0/{INDIA}/ads")[0]["id"]
    run = graph.post(INSIGHTS).json["report_run_id"]
    facebook.fault("no_permission", times=0, account=INDIA[4:])
    for path in (INDIA, mine, f"{mine}/insights", run, f"{run}/insights"):
        assert graph.get(f"v26.0/{path}").json["error"]["code"] == 200
    facebook.clear_faults()
    facebook.fault("unavailable", times=0, endpoint="ads")
    assert graph.get(f"v26.0/{INDIA}/adsets").status == 200
    assert graph.get(f"v26.0/{INDIA}/ads").status == 503
    facebook.clear_faults()
    facebook.fault("unavailable", endpoint="insights", method="POST")
    assert graph.get(INSIGHTS).status == 200
    assert graph.post(INSIGHTS).status == 503


def test_gateways_answer_in_html(facebook: SimulatedFacebook, graph: GraphClient) -> None:
    for kind, status in (("bad_gateway", 502), ("unavailable", 503), ("not_json", 200)):
        facebook.fault(kind)
        reply = graph.get(INSIGHTS)
        assert reply.status == status
        assert reply.content.startswith(b"<html>")


def test_a_body_may_break_off(facebook: SimulatedFacebook, graph: GraphClient) -> None:
    facebook.fault("truncated", times=2)
    with pytest.raises(http.client.IncompleteRead):
        graph.get(f"v26.0/{INDIA}/ads", fields="id,name,tracking_specs")
    headers = {"Accept-Encoding": "gzip"}
    target = f"/v26.0/{INDIA}/ads?access_token={graph.token}&fields=id,name,tracking_specs"
    with pytest.raises(http.client.IncompleteRead) as broken:
        graph.request("GET", target, headers=headers)
    with pytest.raises(EOFError):
        gzip.decompress(broken.value.partial)
    assert graph.request("GET", target, headers=headers).status == 200


def test_a_request_may_hang_or_come_late(facebook: SimulatedFacebook, graph: GraphClient) -> None:
    facebook.fault("timeout")
    graph.timeout = 0.2
    with pytest.raises(TimeoutError):
        graph.get(INSIGHTS)
    graph.timeout = 10
    facebook.fault("timeout", seconds=0.1)
    assert graph.get(INSIGHTS).status == 504
    facebook.fault("latency", seconds=0.3)
    begin = time.monotonic()
    assert graph.get(INSIGHTS).status == 200
    assert time.monotonic() - begin >= 0.3


def test_faults_strike_inside_a_batch(facebook: SimulatedFacebook, graph: GraphClient) -> None:
    batch = [{"method": "GET", "relative_url": f"v26.0/{one}"} for one in (INDIA, WORLD)]
    facebook.fault("code_17", account=WORLD[4:])
    first, second = graph.post("v26.0/", batch=batch).json
    assert (first["code"], second["code"]) == (200, 400)
    facebook.fault("timeout", account=INDIA[4:])
    first, second = graph.post("v26.0/", batch=batch).json
    assert first is None
    assert second["code"] == 200
    facebook.fault("code_4", endpoint="batch")
    assert graph.post("v26.0/", batch=batch).status == 403
    assert facebook.stats()["requests"] == {"batch": 3, "adaccount": 4}


def test_random_trouble_is_the_same_for_a_seed(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    kinds = [kind for kind in TRANSIENT if kind != "truncated"]

    def told(seed: int) -> list[int]:
        facebook.clear_faults()
        facebook.fault("random", times=0, per_mille=400, seed=seed, kinds=kinds)
        return [graph.get("v26.0/me").status for _ in range(40)]

    first = told(1)
    assert told(1) == first != told(2)
    assert len(set(first)) > 3


def test_an_order_nobody_understands_names_the_kinds(facebook: SimulatedFacebook) -> None:
    with pytest.raises(ValueError, match=r"unknown kind gremlin.*code_80014"):
        facebook.fault("gremlin")
    with pytest.raises(ValueError, match="acount"):
        facebook.fault("bad_token", acount="1")


def test_every_limit_of_the_facts_has_a_code() -> None:
    assert set(LIMITS) == {4, 17, 32, 341, 613, *range(80000, 80015)}


def run(graph: GraphClient, **parameters: object) -> str:
    reply = graph.post(INSIGHTS, date_preset="maximum", **parameters)
    assert set(reply.json) == {"report_run_id"}
    found: str = reply.json["report_run_id"]
    return found


def test_a_report_run_gives_what_a_direct_question_gives(graph: GraphClient) -> None:
    asked = {
        "level": "ad",
        "time_increment": 1,
        "breakdowns": ["age"],
        "fields": ["ad_id", "spend"],
    }
    number = run(graph, **asked)
    told = graph.get(f"v26.0/{number}/").json
    assert (told["id"], told["account_id"]) == (number, INDIA[4:])
    assert (told["async_status"], told["async_percent_completion"]) == ("Job Completed", 100)
    assert told["time_completed"] >= told["time_ref"] > 0
    fetched = graph.data(f"v26.0/{number}/insights", limit=70)
    assert fetched == graph.data(INSIGHTS, date_preset="maximum", **asked)
    assert len(fetched) > 100
    told = graph.get(f"v26.0/{number}", fields="async_status,level").json
    assert told == {"async_status": "Job Completed", "level": "ad", "id": number}
    found = graph.get(f"v26.0/{number}", fields="mood").json["error"]
    assert "(mood) on node type (AdReportRun)" in found["message"]


def test_a_report_run_goes_through_its_states(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    facebook.limit(polls=3)
    number = run(graph)
    assert graph.get(f"v26.0/{number}/insights").json["error"]["code"] == 2601
    told = [graph.get(f"v26.0/{number}").json for _ in range(5)]
    states = ["Job Not Started", "Job Started", "Job Running", "Job Completed", "Job Completed"]
    assert [one["async_status"] for one in told] == states
    assert [one["async_percent_completion"] for one in told] == [0, 30, 60, 100, 100]
    assert ["time_completed" in one for one in told] == [False, False, False, True, True]
    assert graph.get(f"v26.0/{number}/insights").json["data"]


@pytest.mark.parametrize("kind", JOBS)
def test_a_report_run_may_come_to_a_bad_end(
    facebook: SimulatedFacebook, graph: GraphClient, kind: str
) -> None:
    facebook.fault(kind)
    number = run(graph)
    for _ in range(3):
        told = graph.get(f"v26.0/{number}").json
        assert told["async_status"] == JOBS[kind]
        assert told["async_percent_completion"] < 100
    reply = graph.get(f"v26.0/{number}/insights")
    error = reply.json["error"]
    assert (reply.status, error["code"], error["error_subcode"]) == (400, 2601, 1815107)
    assert error["is_transient"] is True
    assert graph.get(f"v26.0/{run(graph)}").json["async_status"] == "Job Completed"


def test_a_complete_report_may_not_be_there_yet(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    number = run(graph)
    facebook.fault("report_not_ready")
    assert graph.get(INSIGHTS).status == 200
    assert graph.get(f"v26.0/{number}/insights").json["error"]["code"] == 2601
    assert graph.get(f"v26.0/{number}/insights").status == 200


def test_calls_use_up_a_limit_that_comes_back_with_time(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    facebook.limit(calls=20, seconds=3600, block_seconds=600)
    counts = [usage(graph.get(INSIGHTS))["call_count"] for _ in range(10)]
    assert counts == sorted(counts)
    assert 40 <= counts[-1] <= 50
    reply = graph.get(INSIGHTS)
    for name, key in (
        ("x-ad-account-usage", "acc_id_util_pct"),
        ("x-fb-ads-insights-throttle", "acc_id_util_pct"),
        ("x-app-usage", "call_count"),
    ):
        assert json.loads(reply.headers[name])[key] > 40
    facebook.move_clock(1800)
    assert usage(graph.get(INSIGHTS))["call_count"] <= 10
    replies = [graph.get(INSIGHTS) for _ in range(25)]
    refused = [reply for reply in replies if reply.status != 200]
    assert refused
    assert {reply.json["error"]["code"] for reply in refused} == {80000}
    assert usage(refused[0])["estimated_time_to_regain_access"] == 10
    # Other accounts and other kinds of use have limits of their own.
    assert graph.get(f"v26.0/{WORLD}/insights").status == 200
    assert graph.get(f"v26.0/{INDIA}/campaigns").status == 200
    facebook.move_clock(540)
    assert graph.get(INSIGHTS).status == 400
    facebook.move_clock(61)
    assert graph.get(INSIGHTS).status == 200


@pytest.mark.parametrize(("code", "status"), [(4, 403), (17, 400), (613, 400), (None, 400)])
def test_a_limit_has_the_code_that_was_set(
    facebook: SimulatedFacebook, graph: GraphClient, code: int | None, status: int
) -> None:
    facebook.limit(calls=1, code=code)
    path = f"v26.0/{INDIA}/campaigns"
    assert graph.get(path).status == 200
    reply = graph.get(path)
    assert (reply.status, reply.json["error"]["code"]) == (status, code or 80004)
    with pytest.raises(ValueError, match="code must be one of"):
        facebook.limit(code=5)


def test_too_much_data_is_refused_and_a_report_run_may_hold_more(
    facebook: SimulatedFacebook, graph: GraphClient
) -> None:
    facebook.limit(rows=50, async_rows=200, page=30)
    asked = {"level": "ad", "time_increment": 1, "fields": "ad_id"}
    error = graph.get(INSIGHTS, date_preset="maximum", **asked).json["error"]
    assert (error["code"], error["error_subcode"]) == (100, 1487534)
    assert graph.get(INSIGHTS, date_preset="last_3d", **asked).status == 200
    number = run(graph, **asked)
    assert len(graph.data(f"v26.0/{number}/insights", limit=30)) > 50
    number = run(graph, breakdowns="age", **asked)
    error = graph.get(f"v26.0/{number}/insights").json["error"]
    assert error["error_subcode"] == 1487534
    reply = graph.get(f"v26.0/{INDIA}/ads", limit=31)
    assert (reply.status, reply.json["error"]["code"]) == (500, 1)


def test_stats_tell_what_was_served(facebook: SimulatedFacebook, graph: GraphClient) -> None:
    rows = graph.data(INSIGHTS, level="ad", time_increment=1, date_preset="maximum", limit=50)
    ads = graph.data(f"v26.0/{INDIA}/ads")
    stats = facebook.stats()
    assert stats["records"] == {"insights": len(rows), "ads": len(ads)}
    assert stats["requests"] == {"insights": -(-len(rows) // 50), "ads": 1}
    assert stats["in_flight"] == {}
