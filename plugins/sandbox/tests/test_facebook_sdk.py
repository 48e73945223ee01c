"""Meta's own package against the simulator; runs where facebook-business is installed."""

from importlib import import_module
from typing import Any

import pytest

from sandbox.simulated import SimulatedFacebook

INDIA = "act_504112233445566"


def published(name: str) -> Any:  # noqa: ANN401 - a module without types
    pytest.importorskip("facebook_business", reason="facebook-business 26 is not installed")
    return import_module(f"facebook_business.{name}")


@pytest.fixture
def account(facebook: SimulatedFacebook, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    monkeypatch.setattr(published("session").FacebookSession, "GRAPH", facebook.url)
    token = facebook.access_token
    published("api").FacebookAdsApi.init(access_token=token, app_id="1", app_secret="secret")  # noqa: S106 - of no app
    return published("adobjects.adaccount").AdAccount(INDIA)


def test_it_reads_lists_page_by_page(account: Any) -> None:  # noqa: ANN401
    user = published("adobjects.user").User("me")
    names = [one["name"] for one in user.get_ad_accounts(fields=["name"])]
    assert names == ["Headwater India", "Headwater World"]
    ads = account.get_ads(fields=["name", "creative"], params={"limit": 5})
    assert len({ad["id"] for ad in ads}) == 12


def test_it_reads_a_report_run(account: Any) -> None:  # noqa: ANN401
    params = {
        "level": "ad",
        "date_preset": "maximum",
        "time_increment": 1,
        "breakdowns": ["age", "gender"],
        "action_attribution_windows": ["1d_view", "7d_click"],
    }
    direct = list(
        account.get_insights(fields=["spend", "actions"], params={**params, "limit": 500})
    )
    job = account.get_insights(fields=["spend", "actions"], params=params, is_async=True).api_get()
    assert job["async_status"] == "Job Completed"
    assert list(job.get_result(params={"limit": 100})) == direct
    assert len(direct) > 500


def test_it_sends_batches_and_understands_errors(account: Any) -> None:  # noqa: ANN401
    batch = published("api").FacebookAdsApi.get_default_api().new_batch()
    found: list[str] = []
    for campaign in account.get_campaigns():
        campaign.api_get(
            fields=["name"], batch=batch, success=lambda answer: found.append(answer.json()["name"])
        )
    batch.execute()
    assert len(found) == 3
    error = published("exceptions").FacebookRequestError
    with pytest.raises(error) as refused:
        account.get_insights(fields=["spend"], params={"breakdowns": ["impression_device"]})
    assert refused.value.api_error_code() == 100
