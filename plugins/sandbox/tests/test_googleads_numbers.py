import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.googleads.numbers import NOTHING, Numbers, ad_day, divide, share
from sandbox.world.advertising import MICROS, MINOR

WEIGHTS = st.lists(st.integers(0, 13_000), min_size=1, max_size=24)


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    if any(weights):
        assert not any(part for part, weight in zip(parts, weights, strict=True) if not weight)


@given(
    clicks=st.integers(0, 900),
    per_click=st.integers(45, 110),
    cost=st.integers(1, 2000),
    conversions=st.integers(0, 3000),
    value=st.integers(0, 10**12),
    weights=WEIGHTS,
    name=st.text(max_size=5),
)
def test_an_ads_day_divides_without_remainder_and_without_clicks_unseen(  # noqa: PLR0913, PLR0917
    clicks: int,
    per_click: int,
    cost: int,
    conversions: int,
    value: int,
    weights: list[int],
    name: str,
) -> None:
    told = (
        clicks * per_click + 20,
        clicks,
        clicks * cost * MINOR,
        conversions * MINOR,
        value if conversions else 0,
    )
    whole = ad_day(name, told, search=True)
    assert (whole.impressions, whole.clicks, whole.cost) == told[:3]
    assert (whole.conversions, whole.value) == told[3:]
    total = NOTHING
    for device in divide(whole, weights):
        for part in divide(device, (3, 2, 1)):
            assert min(part) >= 0
            assert part.clicks <= part.impressions <= max(part.eligible, part.impressions)
            assert part.absolute_top <= part.top + 1
            assert part.signups % MICROS == 0
            total = total.plus(part)
    assert total == whole


def test_nothing_divides_into_nothing() -> None:
    assert divide(NOTHING, (1, 2)) == [NOTHING, NOTHING]


@pytest.mark.parametrize("search", [True, False])
def test_a_day_that_was_taken_back_is_nothing(search: bool) -> None:  # noqa: FBT001 - a case
    assert ad_day("x", (0, 0, 0, 0, 0), search=search) == Numbers()
