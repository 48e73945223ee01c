"""CREATE TABLE: what the engine does not know of it is left out or said in its words."""

from __future__ import annotations

from redshift_local.translate.plans import Forward, Options, Plan


def create_table(sql: str, _: Options) -> Plan:
    """The engine's CREATE TABLE."""
    return Forward(sql)
