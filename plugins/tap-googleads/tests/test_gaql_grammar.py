"""The tap's parser beside the simulator's, which a parser maker makes from Google's grammar."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sandbox.googleads.failures import ApiError
from sandbox.googleads.gaql import Condition, Kind, Query, Value
from sandbox.googleads.gaql import parse as parse_by_grammar
from tap_googleads.gaql import QueryError, parse

FIRST, LAST = date(2026, 8, 3), date(2026, 8, 9)
names = st.sampled_from(["campaign.id", "segments.date", "metrics.clicks", "ad_group.name"])
texts = st.text("ab' \"\\%_,()=ORDERBY", max_size=8)
strings = texts.map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'")
values = st.one_of(strings, st.sampled_from(["1", "-2.5", "ENABLED", "LAST_7_DAYS"]))
lists = st.lists(values, min_size=1, max_size=3).map(lambda found: f"({', '.join(found)})")
operators = st.one_of(
    st.tuples(st.sampled_from(["=", "!=", "<", ">=", "LIKE", "not like"]), values),
    st.tuples(st.sampled_from(["IN", "NOT IN", "CONTAINS ANY", "contains none"]), lists),
    st.tuples(st.just("BETWEEN"), st.tuples(values, values).map(" AND ".join)),
    st.tuples(st.sampled_from(["IS", "IS NOT"]), st.just("NULL")),
    st.tuples(st.just("DURING"), st.just("YESTERDAY")),
).map(" ".join)
conditions = st.tuples(names, operators).map(" ".join)
orderings = st.tuples(names, st.sampled_from(["", " ASC", " desc"])).map("".join)
blanks = st.sampled_from([" ", "\n", "  \t"])


@st.composite
def queries(draw: st.DrawFn) -> str:
    parts = ["SELECT " + ", ".join(draw(st.lists(names, min_size=1, max_size=4))), "from campaign"]
    if where := draw(st.lists(conditions, max_size=3)):
        parts.append("Where " + " AND ".join(where))
    if order := draw(st.lists(orderings, max_size=2)):
        parts.append("ORDER BY " + ",".join(order))
    if draw(st.booleans()):
        parts.append("LIMIT 7")
    if draw(st.booleans()):
        parts.append("PARAMETERS include_drafts = true")
    return draw(blanks).join(parts)


@given(queries())
def test_the_days_are_the_only_change(query: str) -> None:
    known, found = parse_by_grammar(query), parse(query)
    assert (found.fields, found.resource, found.limit) == (
        known.fields,
        known.resource,
        known.limit,
    )
    assert found.filtered == tuple(one.field for one in known.conditions)
    days = (Value(Kind.STRING, str(FIRST)), Value(Kind.STRING, str(LAST)))
    condition = Condition("segments.date", "BETWEEN", days)
    dated = parse_by_grammar(found.between(FIRST, LAST))
    assert dated == Query(
        known.fields,
        known.resource,
        (*known.conditions, condition),
        known.orderings,
        known.limit,
        known.parameters,
    )


@given(queries(), st.data())
def test_both_refuse_the_same(query: str, data: st.DataObject) -> None:
    """A query with a word lost is read alike by both, or by none."""
    words = query.split()
    del words[data.draw(st.integers(0, len(words) - 1))]
    broken = " ".join(words)
    try:
        known = parse_by_grammar(broken)
    except ApiError:
        known = None
    try:
        found = parse(broken)
    except QueryError:
        found = None
    if known is None or known.resource is None:
        assert found is None, broken
    else:
        assert found is not None, broken
        assert (found.fields, found.limit) == (known.fields, known.limit)
