from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.facebook.names import VALUES
from sandbox.facebook.periods import periods
from sandbox.plain_client import GraphClient
from sandbox.simulated import SimulatedFacebook

INDIA = "act_504112233445566"


def test_both_ends_of_a_range_belong_to_it(graph: GraphClient, facebook: SimulatedFacebook) -> None:
    day = facebook.first_day + timedelta(days=2)
    rows = graph.data(
        f"v26.0/{INDIA}/insights",
        time_increment=1,
        time_range={"since": str(day), "until": str(day + timedelta(days=1))},
    )
    assert [row["date_start"] for row in rows] == [str(day), str(day + timedelta(days=1))]


def test_several_ranges_are_answered_apart(graph: GraphClient, facebook: SimulatedFacebook) -> None:
    first = facebook.first_day
    ranges = [{"since": str(first), "until": str(first + timedelta(days=end))} for end in (1, 5)]
    rows = graph.data(f"v26.0/{INDIA}/insights", time_ranges=ranges, fields="spend")
    assert [row["date_stop"] for row in rows] == [one["until"] for one in ranges]
    assert Decimal(rows[0]["spend"]) < Decimal(rows[1]["spend"])


def test_presets_are_relative_to_the_worlds_day(
    graph: GraphClient, facebook: SimulatedFacebook
) -> None:
    today = facebook.clock

    def period(**parameters: object) -> tuple[str, str]:
        (row,) = graph.data(f"v26.0/{INDIA}/insights", fields="spend", **parameters)
        return row["date_start"], row["date_stop"]

    yesterday = today - timedelta(days=1)
    assert period(date_preset="today") == (str(today), str(today))
    assert period(date_preset="yesterday") == (str(yesterday), str(yesterday))
    assert period(date_preset="last_3d") == (str(today - timedelta(days=3)), str(yesterday))
    assert period() == (str(today - timedelta(days=30)), str(yesterday))
    assert period(date_preset="this_month") == (str(today.replace(day=1)), str(today))
    assert period(date_preset="maximum") == ("2023-07-14", str(today))


@pytest.mark.parametrize(
    ("preset", "since", "until"),
    [
        # 2026-10-31 is a Saturday.
        ("last_7d", "2026-10-24", "2026-10-30"),
        ("this_week_mon_today", "2026-10-26", "2026-10-31"),
        ("this_week_sun_today", "2026-10-25", "2026-10-31"),
        ("last_week_mon_sun", "2026-10-19", "2026-10-25"),
        ("last_week_sun_sat", "2026-10-18", "2026-10-24"),
        ("last_month", "2026-09-01", "2026-09-30"),
        ("this_quarter", "2026-10-01", "2026-10-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("this_year", "2026-01-01", "2026-10-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        # There is no 31st of September.
        ("data_maximum", "2023-09-30", "2026-10-31"),
    ],
)
def test_every_preset_is_known(preset: str, since: str, until: str) -> None:
    found = periods({"date_preset": preset}, date(2026, 10, 31))
    assert found == ((date.fromisoformat(since), date.fromisoformat(until)),)


def test_all_presets_of_meta_are_answered() -> None:
    for preset in VALUES["date_preset"]:
        ((since, until),) = periods({"date_preset": preset}, date(2026, 3, 1))
        assert since <= until <= date(2026, 3, 1)
