"""Turns a Redshift statement into what the embedded Postgres has to do for it."""

from __future__ import annotations

from redshift_local.translate.dispatch import split, translate
from redshift_local.translate.plans import Forward, Load, NeedsColumns, Options, Plan, Steps, Unload

__all__ = [
    "Forward",
    "Load",
    "NeedsColumns",
    "Options",
    "Plan",
    "Steps",
    "Unload",
    "split",
    "translate",
]
