from __future__ import annotations

import time

import pytest

from tap_facebook.client import FacebookClient


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the tap wanted to wait; it does not wait them."""
    found: list[float] = []

    def wait(_: FacebookClient, seconds: float) -> None:
        found.append(seconds)
        time.sleep(min(seconds, 0.01))

    monkeypatch.setattr(FacebookClient, "wait", wait)
    return found
