"""A killed read of an ad platform goes on where it was, and loses nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from psycopg import sql
from tests.killer import Killer, Tables, raw

from sandbox.settings import Settings
from sandbox.simulated import SimulatedApi, SimulatedFacebook, SimulatedGoogleAds

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (200, 8)
LONGEST_WINDOW_DAYS = 366
MONTHS_37 = timedelta(days=37 * 30)
SEEDS = 20


class Source(NamedTuple):
    """An ad platform's tap, and what tells how far it is."""

    tap: str
    simulated: type[SimulatedApi]
    port: str
    family: str
    day: str
    account: str
    lookback: timedelta


SOURCES = {
    "facebook": Source(
        "tap-facebook", SimulatedFacebook, "SANDBOX_FACEBOOK_PORT", "insights",
        "date_start", "account_id", timedelta(days=28),
    ),
    "google": Source(
        "tap-googleads", SimulatedGoogleAds, "SANDBOX_GOOGLEADS_PORT", "googleAds:searchStream",
        "segments__date", "customer__id", timedelta(days=30),
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return SOURCES[request.param]


@pytest.fixture(scope="module")
def killer(
    headwater: Headwater, source: Source, tmp_path_factory: pytest.TempPathFactory
) -> Killer:
    port = int(headwater.environment[source.port])
    world = Settings.from_environment(headwater.environment).world
    folder = tmp_path_factory.mktemp("kills")
    return Killer(headwater, source.simulated(world, port), folder, source.family)


class Undisturbed(NamedTuple):
    """What a run that nobody disturbed asks for and loads."""

    requests: int
    tables: Tables


@pytest.fixture(scope="module")
def undisturbed(headwater: Headwater, killer: Killer, source: Source) -> Undisturbed:
    killer.api.reset_stats()
    done = headwater.meltano(
        "run", source.tap, "target-redshift", "--state-id-suffix", "undisturbed",
        TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA="raw_undisturbed",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    asked = killer.api.stats()["requests"][source.family]
    tables = raw(headwater, "raw_undisturbed")
    headwater.execute("drop schema raw_undisturbed cascade")
    assert all(tables.values())
    return Undisturbed(asked, tables)


def reads(headwater: Headwater, schema: str, source: Source) -> Counter[tuple[str, str, date]]:
    """How often each account's day was read to its end, report by report."""
    found: Counter[tuple[str, str, date]] = Counter()
    for table in raw(headwater, schema):
        if not table.endswith("_reads"):
            continue
        for account, day in headwater.query(
            sql.SQL("select {}::text, {}::text from {}").format(
                sql.Identifier(source.account),
                sql.Identifier(source.day),
                sql.Identifier(schema, table),
            )
        ):
            found[table, str(account), date.fromisoformat(str(day))] += 1
    return found


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
    assert len(set(again) - set(finished)) > 200, "it was killed too late to tell"
    final = clock - source.lookback
    twice = {read for read, count in again.items() if count > 1 and read[2] < final}
    # What came after the last state, one window, may have been there already.
    assert len({read[:2] for read in twice}) <= 1
    assert len(twice) <= LONGEST_WINDOW_DAYS


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, SEEDS))]
)
def test_a_kill_at_a_random_moment_costs_nothing(
    killer: Killer,
    source: Source,
    undisturbed: Undisturbed,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    headwater = killer.headwater
    chance = Random(seed)  # noqa: S311 (a test's moments)
    # One platform's tap first, the other's loader.
    victim = (source.tap, "target-redshift")[(seed + list(SOURCES.values()).index(source)) % 2]
    schema = f"raw_killed_{seed}"
    command = ("run", source.tap, "target-redshift", "--state-id-suffix", f"killed-{seed}")
    monkeypatch.setitem(headwater.environment, "TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA", schema)
    monkeypatch.setitem(headwater.environment, "TARGET_REDSHIFT_BATCH_SIZE_ROWS", "200")
    code = killer.kill(victim, chance.randrange(undisturbed.requests), *command)
    # Killed so late that all was done already is a moment as well.
    assert code != 0 or raw(headwater, schema) == undisturbed.tables, killer.output
    headwater.succeed(*command)
    assert raw(headwater, schema) == undisturbed.tables
    headwater.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))
