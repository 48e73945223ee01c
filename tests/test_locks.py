"""Every version is pinned, and no lock holds an address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [
    *ROOT.glob("requirements*.txt"),
    *ROOT.glob("plugins/*/requirements.txt"),
    ROOT / "transform" / "requirements.txt",
    *ROOT.glob("extract/*.txt"),
]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_pins_every_version_without_addresses(lock: Path) -> None:
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    assert lines
    pinned = re.compile(r"(-e plugins/[a-z-]+|[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+( ; .*)?)")
    assert [line for line in lines if not pinned.fullmatch(line)] == []


def test_every_plugin_that_needs_others_has_a_lock() -> None:
    projects = {
        path.parent: tomllib.loads(path.read_text())["project"]
        for path in ROOT.glob("plugins/*/pyproject.toml")
    }
    assert {folder for folder, project in projects.items() if project.get("dependencies")} == {
        lock.parent for lock in LOCKS if lock.parent.parent.name == "plugins"
    }
