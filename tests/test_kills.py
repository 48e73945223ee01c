"""Whatever is killed, whenever: the command, run again, gives what an undisturbed run gives."""

from __future__ import annotations

import signal
from random import Random
from typing import TYPE_CHECKING

import pytest
from psycopg import sql
from tests.killer import LOAD, Killer, Tables, raw
from tests.ledger_checks import assert_events_equal_the_ledger

from sandbox.settings import Settings
from sandbox.simulated import SimulatedClevertap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Headwater

COMMAND = (*LOAD, "dbt:run")
VICTIMS = ("tap-clevertap", "target-redshift", "meltano")
WORLD = (200, 8)
# A first run asks for events so often at least; a resumed one still reads every event's last days.
SURELY_ASKED_AT_FIRST = 190
SURELY_ASKED = 60
SEEDS, SEEDS_OF_EVERY_TEST_RUN = 50, 10


@pytest.fixture(scope="module")
def killer(headwater: Headwater, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    settings = {
        # Days before the world's first would only cost time.
        "TAP_CLEVERTAP_START_DATE": min(
            row["event_date"] for row in headwater.ledger("clevertap_events")
        ),
        "TARGET_REDSHIFT_BATCH_SIZE_ROWS": "200",  # many commits, many moments to be cut off
    }
    headwater.environment.update(settings)
    port = int(headwater.environment["SANDBOX_CLEVERTAP_PORT"])
    world = Settings.from_environment(headwater.environment).world
    yield Killer(headwater, SimulatedClevertap(world, port), tmp_path_factory.mktemp("kills"))
    for name in settings:
        del headwater.environment[name]


@pytest.fixture(scope="module")
def undisturbed(headwater: Headwater, killer: Killer) -> Tables:
    """Raw tables of a run that nobody disturbed, in a schema and with a state of their own."""
    done = killer.headwater.meltano(
        *LOAD, "--state-id-suffix", "undisturbed",
        TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA="raw_undisturbed",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    asked = sum(killer.api.stats()["requests"].values())
    assert asked >= SURELY_ASKED_AT_FIRST, "the world became too small for the moments"
    return raw(headwater, "raw_undisturbed")


def test_kill_after_kill_costs_nothing(killer: Killer, undisturbed: Tables) -> None:
    chance = Random(20261031)  # noqa: S311 (a test's moments)
    moments = {
        # Late: by then the run has given out states, which must not be ahead.
        "target-redshift": range(SURELY_ASKED_AT_FIRST * 2 // 3, SURELY_ASKED_AT_FIRST),
        "warehouse": range(10, SURELY_ASKED),
        "meltano": range(10, SURELY_ASKED),
    }
    for victim, moment in moments.items():
        code = killer.kill(victim, chance.choice(moment), *COMMAND, "--force")
        assert code == (-signal.SIGKILL if victim == "meltano" else 1), killer.output
        # Meltano 4.4 shows its own stack where a loader vanishes.
        assert victim == "target-redshift" or "Traceback" not in killer.output, killer.output
    killer.headwater.succeed("invoke", "sandbox", "start")  # Meltano would refuse for 5 minutes
    killer.headwater.succeed(*LOAD)
    killer.headwater.build("fct_events")
    assert raw(killer.headwater, "raw_clevertap") == undisturbed
    assert_events_equal_the_ledger(killer.headwater)


@pytest.mark.parametrize(
    "victim",
    # The warehouse's sessions end above, too.
    ["ctrl-c", pytest.param("warehouse", marks=pytest.mark.long)],
)
def test_what_ends_a_run_in_order_costs_nothing(
    killer: Killer, undisturbed: Tables, victim: str
) -> None:
    assert killer.kill(victim, SURELY_ASKED // 2, *LOAD) == 1, killer.output
    killer.headwater.succeed(*LOAD)
    assert raw(killer.headwater, "raw_clevertap") == undisturbed


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
    killer: Killer, undisturbed: Tables, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 (a test's moments)
    victim = VICTIMS[seed % len(VICTIMS)]
    schema = f"raw_killed_{seed}"
    command = (*LOAD, "--state-id-suffix", f"seed-{seed}")
    environment = killer.headwater.environment
    monkeypatch.setitem(environment, "TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA", schema)

    request, seconds = chance.randrange(SURELY_ASKED_AT_FIRST + 20), chance.random() / 2
    code = killer.kill(victim, request, *command, seconds=seconds)
    # Killed so late that all was done already is a moment as well.
    assert code != 0 or raw(killer.headwater, schema) == undisturbed, killer.output

    # Meltano would take a run that was killed with it for alive, for 5 minutes.
    killer.headwater.succeed(*command, *(["--force"] if victim == "meltano" else []))
    assert raw(killer.headwater, schema) == undisturbed
    killer.headwater.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))


@pytest.mark.long
def test_a_killed_meltano_is_named_and_force_goes_on(killer: Killer, undisturbed: Tables) -> None:
    assert killer.kill("meltano", SURELY_ASKED, *COMMAND, "--force") == -signal.SIGKILL
    refused = killer.headwater.meltano(*LOAD)
    assert refused.returncode == 1
    assert "is already running" in refused.stdout
    assert "--force" in refused.stdout
    killer.headwater.succeed(*LOAD, "--force")
    assert raw(killer.headwater, "raw_clevertap") == undisturbed


@pytest.mark.long
@pytest.mark.parametrize("victim", ["dbt", "meltano", "ctrl-c", "warehouse"])
def test_a_kill_while_dbt_runs_costs_nothing(killer: Killer, victim: str) -> None:
    killer.headwater.succeed(*COMMAND, "--force")
    undisturbed = killer.headwater.marts()
    for at in (0.0, 1.0, 2.5):
        killer.headwater.execute("drop schema staging, intermediate, marts cascade")
        code = killer.kill_dbt(victim, at, "run", "dbt:run")
        assert code != 0 or killer.headwater.marts() == undisturbed, killer.output
        killer.headwater.succeed("run", "dbt:run", "--force")
        assert killer.headwater.marts() == undisturbed
