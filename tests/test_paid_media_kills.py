"""A killed read of an ad platform goes on where it was, and loses nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from psycopg import sql
from tests.killer import Killer, raw

from sandbox.settings import Settings
from sandbox.simulated import SimulatedApi, SimulatedFacebook, SimulatedGoogleAds

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (200, 8)
LONGEST_WINDOW = timedelta(days=31)
MONTHS_37 = timedelta(days=37 * 30)
SEEDS, SEEDS_OF_EVERY_TEST_RUN = 20, 2


class Source(NamedTuple):
    """An ad platform's tap, and what tells how far it is."""

    tap: str
    simulated: type[SimulatedApi]
    port: str
    family: str
    reads: str
    day: str
    account: str
    lookback: timedelta


SOURCES = {
    "facebook": Source(
        "tap-facebook", SimulatedFacebook, "SANDBOX_FACEBOOK_PORT", "insights",
        "adsinsights_campaign_reads", "date_start", "account_id", timedelta(days=28),
    ),
    "google": Source(
        "tap-googleads", SimulatedGoogleAds, "SANDBOX_GOOGLEADS_PORT", "googleAds:searchStream",
        "campaign_performance_reads", "segments__date", "customer__id", timedelta(days=30),
    ),
}  # fmt: skip


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return SOURCES[request.param]


@pytest.fixture
def killer(headwater: Headwater, source: Source, tmp_path: Path) -> Killer:
    port = int(headwater.environment[source.port])
    world = Settings.from_environment(headwater.environment).world
    return Killer(headwater, source.simulated(world, port), tmp_path, source.family)


def reads(headwater: Headwater, schema: str, source: Source) -> dict[tuple[str, date], int]:
    """How often each account's day was read to its end."""
    found = headwater.query(
        sql.SQL("select {account}::text, {day}::date, count(*) from {table} group by 1, 2").format(
            account=sql.Identifier(source.account),
            day=sql.Identifier(source.day),
            table=sql.Identifier(schema, source.reads),
        )
    )
    return {
        (str(account), date.fromisoformat(str(day))): int(str(count))
        for account, day, count in found
    }


def test_a_killed_backfill_of_37_months_reads_no_finished_day_again(
    headwater: Headwater, killer: Killer, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = killer.api.clock
    setting = source.tap.upper().replace("-", "_")
    monkeypatch.setitem(headwater.environment, f"{setting}_START_DATE", str(clock - MONTHS_37))
    schema = f"raw_backfill_{source.family[:8].lower()}"
    monkeypatch.setitem(headwater.environment, "TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA", schema)
    monkeypatch.setitem(headwater.environment, "TARGET_REDSHIFT_BATCH_SIZE_ROWS", "200")
    command = ("run", source.tap, "target-redshift", "--state-id-suffix", "backfill")

    assert killer.kill(source.tap, 60, *command) == 1, killer.output
    finished = reads(headwater, schema, source)
    assert len(finished) > 200, "it was killed too early to tell"
    headwater.succeed(*command)

    again = reads(headwater, schema, source)
    days = {day for _, day in again}
    assert len(days) >= MONTHS_37.days
    final = clock - source.lookback
    twice = [day for (_, day), count in again.items() if count > 1 and day < final]
    # What came after the last state, one window, may have been there already.
    assert not twice or max(twice) - min(twice) <= LONGEST_WINDOW


@pytest.mark.parametrize(
    "seed",
    [
        *range(SEEDS_OF_EVERY_TEST_RUN),
        *(
            pytest.param(seed, marks=pytest.mark.long)
            for seed in range(SEEDS_OF_EVERY_TEST_RUN, SEEDS)
        ),
    ],
)
def test_a_kill_at_a_random_moment_costs_nothing(
    headwater: Headwater, killer: Killer, source: Source, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    environment = headwater.environment
    schemas = f"raw_calm_{seed}", f"raw_killed_{seed}"
    load = ("run", source.tap, "target-redshift", "--state-id-suffix")
    monkeypatch.setitem(environment, "TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA", schemas[0])
    killer.api.reset_stats()
    headwater.succeed(*load, f"calm-{seed}")
    asked = sum(killer.api.stats()["requests"].values())
    undisturbed = raw(headwater, schemas[0])
    assert all(undisturbed.values())

    chance = Random(seed)  # noqa: S311 (a test's moments)
    victim = (source.tap, "target-redshift")[seed % 2]
    monkeypatch.setitem(environment, "TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA", schemas[1])
    monkeypatch.setitem(environment, "TARGET_REDSHIFT_BATCH_SIZE_ROWS", "200")
    code = killer.kill(victim, chance.randrange(asked), *load, f"killed-{seed}")
    assert code != 0 or raw(headwater, schemas[1]) == undisturbed, killer.output
    headwater.succeed(*load, f"killed-{seed}")
    assert raw(headwater, schemas[1]) == undisturbed
    for schema in schemas:
        headwater.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))
