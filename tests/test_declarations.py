"""What the plugins' declarations must not say."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_setting_can_come_from_the_environment() -> None:
    """Meltano 4.4 makes a Decimal of the environment's text and cannot hand it on as JSON."""
    declarations = [*ROOT.glob("[a-z]*/*.meltano.yml"), *ROOT.glob("plugins/*/*.meltano.yml")]
    assert len(declarations) > 5
    assert [path.name for path in declarations if "kind: decimal" in path.read_text()] == []
