from __future__ import annotations

from datetime import date

import pytest

from tap_googleads.gaql import QueryError, parse

DAYS = date(2026, 8, 3), date(2026, 8, 5)
FILTER = "segments.date BETWEEN '2026-08-03' AND '2026-08-05'"
SELECT = "SELECT campaign.id, segments.date FROM campaign"


@pytest.mark.parametrize(
    ("query", "dated"),
    [
        (SELECT, f"{SELECT} WHERE {FILTER}"),
        (
            f"{SELECT} WHERE campaign.name = 'a ORDER BY b LIMIT 3' ORDER BY campaign.id LIMIT 5",
            (
                f"{SELECT} WHERE campaign.name = 'a ORDER BY b LIMIT 3' AND {FILTER} "
                "ORDER BY campaign.id LIMIT 5"
            ),
        ),
        (
            f"{SELECT} ORDER BY campaign.id DESC",
            f"{SELECT} WHERE {FILTER} ORDER BY campaign.id DESC",
        ),
        (f"{SELECT} LIMIT 7", f"{SELECT} WHERE {FILTER} LIMIT 7"),
        (
            f"{SELECT} PARAMETERS include_drafts=true",
            f"{SELECT} WHERE {FILTER} PARAMETERS include_drafts=true",
        ),
        (
            (
                "select campaign.id,segments.date\nfrom campaign\nwhere campaign.status in "
                "('ENABLED', PAUSED)\nlimit 3"
            ),
            (
                "select campaign.id,segments.date\nfrom campaign\nwhere campaign.status in "
                f"('ENABLED', PAUSED) AND {FILTER}\nlimit 3"
            ),
        ),
        (
            (
                f'{SELECT} WHERE campaign.name LIKE "it\\"s WHERE" AND metrics.clicks > -1.5 '
                "AND segments.date DURING LAST_7_DAYS AND campaign.labels CONTAINS ANY ('x') "
                "AND campaign.end_date IS NOT NULL AND metrics.ctr BETWEEN 0 AND 1 "
                "AND campaign.name NOT REGEXP_MATCH 'x.*' AND campaign.id NOT IN (1, 2) ORDER BY "
                "campaign.id, segments.date ASC"
            ),
            (
                f'{SELECT} WHERE campaign.name LIKE "it\\"s WHERE" AND metrics.clicks > -1.5 '
                "AND segments.date DURING LAST_7_DAYS AND campaign.labels CONTAINS ANY ('x') "
                "AND campaign.end_date IS NOT NULL AND metrics.ctr BETWEEN 0 AND 1 "
                "AND campaign.name NOT REGEXP_MATCH 'x.*' AND campaign.id NOT IN (1, 2) "
                f"AND {FILTER} ORDER BY campaign.id, segments.date ASC"
            ),
        ),
    ],
)
def test_days_are_put_into_where(query: str, dated: str) -> None:
    found = parse(query)
    assert (found.fields, found.resource) == (("campaign.id", "segments.date"), "campaign")
    assert found.between(*DAYS) == dated
    parse(dated)


def test_one_day_is_asked_for_by_equality() -> None:
    assert parse(SELECT).between(DAYS[0], DAYS[0]) == f"{SELECT} WHERE segments.date = '2026-08-03'"


def test_more_may_be_selected() -> None:
    query = parse("SELECT campaign.name FROM campaign WHERE campaign.name = 'x FROM y'")
    more = query.selecting("campaign.id", "campaign.name")
    assert more.fields == ("campaign.name", "campaign.id")
    assert more.text == (
        "SELECT campaign.name, campaign.id FROM campaign WHERE campaign.name = 'x FROM y'"
    )
    assert query.selecting("campaign.name") is query


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "has its end at position 0 where SELECT is expected"),
        ("SELECT campaign.id", "where FROM is expected"),
        ("SELECT campaign.id, FROM campaign", "'FROM' at position 20 where a field"),
        ("SELECT Campaign.Id FROM campaign", "'Campaign.Id' at position 7 where a field"),
        ("SELECT campaign.id FROM campaign WHERE", "where a field is expected"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id", "where an operator is expected"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = ", "where a value is expected"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN 3", "is expected"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'open", "cannot be read at"),
        ("SELECT campaign.id FROM campaign LIMIT many", "where a number is expected"),
        ("SELECT campaign.id FROM campaign LIMIT 3 WHERE campaign.id = 3", "order of GAQL"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 3 OR campaign.id = 4", "'OR'"),
        ("SELECT * FROM campaign", "cannot be read at"),
    ],
)
def test_what_is_no_gaql_is_refused(query: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert words in str(caught.value)
