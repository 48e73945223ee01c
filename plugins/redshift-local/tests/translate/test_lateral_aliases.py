"""Aliases of a SELECT list used in the list itself: a column of that name comes first."""

import pytest
from translated import Translated

from redshift_local.translate import NeedsColumns, Options, translate

pytest_plugins = ["translate_fixtures"]

KNOWN = Options(columns=(('"t"', frozenset({"a", "b"})),))


def test_an_alias_is_used_where_no_column_is_meant(run: Translated) -> None:
    assert run("""
        select a + 1 as c, c * 2 as d, c + d as e, a as b, b + 1 from (select 1 as a, 10 as b) as v
    """) == [(2, 4, 6, 1, 11)]


def test_an_alias_may_stand_for_an_aggregate_or_a_window(run: Translated) -> None:
    assert run("""
        with v as (select 1 as g, 2 as x union all select 1, 4)
        select g, sum(x) as total, total / 2 as half, rank() over (order by total) as r, r + 1
        from v group by g
    """) == [(1, 6, 3, 1, 2)]


def test_columns_come_through_stars_and_common_table_expressions(run: Translated) -> None:
    query = """
        with v as (select 1 as a, 10 as b), w as (select * from v), x as (select w.*, 5 as c from w)
        select a as b, b, a + 1 as d, d, c as a, a from x
    """
    assert run(query) == [(1, 10, 2, 2, 5, 1)]
    assert run.names(query) == ["b", "b", "d", "d", "a", "a"]


def test_the_catalog_is_asked_for_what_the_query_does_not_say() -> None:
    sql = "select a as c, c + 1 as d from T join s.u as x on true"
    with pytest.raises(NeedsColumns) as asked:
        translate(sql, Options())
    assert asked.value.relations == ('"t"', '"s"."u"')
    translate("select a as c, a + 1 as d from t", Options())


def test_the_catalogs_answer_decides() -> None:
    found = translate("select b + 1 as a, a + 1 as c, c + 1 as d from t", KNOWN)
    assert str(found) == ("Forward(sql='SELECT b + 1 AS a, a + 1 AS c, (a + 1) + 1 AS d FROM t')")


def test_a_subquery_keeps_its_own_names(run: Translated) -> None:
    assert run("""
        select x as a, (select max(a) from (select 7 as a) as i) as b, a + b
        from (select 1 as x) as v
    """) == [(1, 7, 8)]
