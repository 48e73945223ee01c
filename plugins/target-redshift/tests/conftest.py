from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves it out

from target_running import Warehouse

pytest_plugins = ["sandbox.testing"]


@pytest.fixture
def warehouse(database_url: str) -> Warehouse:
    parts = urlsplit(database_url)
    return Warehouse(
        url=database_url,
        config={
            "engine": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "user": parts.username,
            "password": parts.password,
            "database": parts.path[1:],
            "default_target_schema": "raw",
        },
    )
