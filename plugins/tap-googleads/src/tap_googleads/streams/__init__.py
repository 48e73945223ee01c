"""The tap's streams."""

from __future__ import annotations
