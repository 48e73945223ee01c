from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_googleads.client.FIRST_WAIT", 0.005)
