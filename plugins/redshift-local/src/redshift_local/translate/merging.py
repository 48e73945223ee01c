"""MERGE: the form with clauses is the engine's own; the simplified one is two steps."""

from __future__ import annotations

from redshift_local.translate.generation import all_of
from redshift_local.translate.plans import Forward, Options, Plan, Steps
from redshift_local.translate.query import change_sql
from redshift_local.translate.reader import Reader


def merge(sql: str, options: Options) -> Plan:
    """The plan for a MERGE of either form.

    With REMOVE DUPLICATES rows that match become like the source's, several of the target that
    match one become one, and the source's other rows are added.
    https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
    """
    reader = Reader(sql, options)
    reader.expects("MERGE", "INTO")
    target = reader.qualified()
    reader.expects("USING")
    source = reader.qualified()
    condition = reader.until((("REMOVE", "DUPLICATES"), ("WHEN",)))
    if not reader.accepts("REMOVE", "DUPLICATES"):
        return Forward(change_sql(sql, options))
    reader.expects_end()
    # The engine's MERGE refuses a row of the target that several of the source match, as Redshift's
    matched = f"MERGE INTO {target} USING {source} {condition} WHEN MATCHED THEN DELETE"
    steps = (change_sql(matched, options), f"INSERT INTO {target} {all_of(source)}")
    return Steps(steps, "MERGE")
