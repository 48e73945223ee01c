from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.simulated import serve_copy, serve_googleads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.simulated import SimulatedGoogleAds

PAGE_SIZE = 10_000


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_googleads.client.FIRST_WAIT", 0.005)


@pytest.fixture(scope="session")
def _served(
    small_world: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimulatedGoogleAds]:
    with serve_copy(serve_googleads, small_world, tmp_path_factory.mktemp("googleads")) as api:
        yield api


@pytest.fixture
def googleads(_served: SimulatedGoogleAds) -> Iterator[SimulatedGoogleAds]:
    """One server for all tests that do not move its world: it keeps what it has worked out."""
    yield _served
    _served.clear_faults()
    _served.page_size(PAGE_SIZE)
    _served.reset_stats()


@pytest.fixture
def moving(small_world: Path, tmp_path: Path) -> Iterator[SimulatedGoogleAds]:
    """A server of one's own, whose world may be advanced."""
    with serve_copy(serve_googleads, small_world, tmp_path) as api:
        yield api
