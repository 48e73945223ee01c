from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_clevertap import FakeClevertap

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[FakeClevertap]:
    with FakeClevertap() as server:
        yield server


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_clevertap.client.FIRST_WAIT", 0.005)
    monkeypatch.setattr("tap_clevertap.client.FIRST_POLL", 0.005)
