"""The hub's tap, as published, through TLS under the real host name, in the place of ours."""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from importlib.metadata import distributions
from typing import TYPE_CHECKING

import pytest
from psycopg import sql
from tests.conftest import ROOT
from tests.facebook_by_hub import HUB, OURS, read_one_account

if TYPE_CHECKING:
    from tests.conftest import Headwater, Row

WORLD = (300, 20)
ACCOUNT = "504112233445566"
LAST_DAY = "2026-08-22"
MARTS = ("fct_campaign_performance_daily", "fct_ad_performance_daily")


@pytest.fixture(scope="module")
def by_hub(headwater: Headwater) -> dict[str, list[Row]]:
    """The marts, fed by the hub's tap in two runs: the second reads the first's days again."""
    read_one_account(headwater, ACCOUNT, "2026-08-12")
    marts_of_nothing_but(headwater, HUB)
    read_one_account(headwater, ACCOUNT, LAST_DAY)
    return marts_after(headwater, HUB)


def marts_of_nothing_but(headwater: Headwater, tap: str) -> dict[str, list[Row]]:
    """The marts of the account, when nothing but this tap has filled the warehouse."""
    for (schema,) in headwater.query(
        "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema|public)'"
    ):
        headwater.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(str(schema))))
    return marts_after(headwater, tap)


def marts_after(headwater: Headwater, tap: str) -> dict[str, list[Row]]:
    """Every row of the account, and every column, when this tap has run."""
    headwater.succeed("run", tap, "target-redshift")
    headwater.build(*MARTS)
    return {
        mart: headwater.query(
            sql.SQL(
                "select * from marts.{} where platform = 'facebook' and account_id = {} order by {}"
            ).format(sql.Identifier(mart), ACCOUNT, sql.SQL("date_day, 2, 3, 4, 5"))
        )
        for mart in MARTS
    }


def test_the_packages_are_as_published() -> None:
    venv = ROOT / ".meltano" / "extractors" / HUB / "venv"
    found = {
        package.name.replace("_", "-"): package
        for package in distributions(path=[str(path) for path in venv.glob("lib/*/site-packages")])
    }
    assert found["meltano-tap-facebook"].version == "0.9.0"
    for name in ("meltano-tap-facebook", "facebook-business", "requests", "certifi", "singer-sdk"):
        files = [file for file in found[name].files or () if file.hash]
        assert files
        for file in files:
            digest = hashlib.sha256(file.read_binary()).digest()
            published = file.hash.value if file.hash else None
            assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == published, file


def test_the_marts_equal_the_ledger(headwater: Headwater, by_hub: dict[str, list[Row]]) -> None:
    told = {
        (row["campaign_id"], row["date_day"]): tuple(
            Decimal(row[name])
            for name in ("impressions", "clicks", "spend", "conversions", "conversion_value")
        )
        for row in headwater.ledger("ad_performance")
        if (row["platform"], row["account_id"]) == ("facebook", ACCOUNT)
    }
    shown = {
        (str(campaign), str(day)): tuple(numbers)
        for campaign, day, *numbers in headwater.query(
            sql.SQL(
                "select campaign_id, date_day, impressions, clicks, spend, conversions,"
                " conversion_value from marts.fct_campaign_performance_daily"
                " where platform = 'facebook' and account_id = {}"
            ).format(ACCOUNT)
        )
    }
    assert len(by_hub["fct_ad_performance_daily"]) > len(shown) > 0
    assert shown == told


def test_our_tap_brings_the_same_marts(headwater: Headwater, by_hub: dict[str, list[Row]]) -> None:
    assert marts_of_nothing_but(headwater, OURS) == by_hub
