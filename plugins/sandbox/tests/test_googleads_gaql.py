from datetime import date

import pytest

from sandbox.googleads.check import check
from sandbox.googleads.conditions import predicate
from sandbox.googleads.customers import CUSTOMERS, MANAGER
from sandbox.googleads.dates import period
from sandbox.googleads.failures import ApiError
from sandbox.googleads.gaql import Condition, Kind, Ordering, Value, parse
from sandbox.googleads.schema import FIELDS

TODAY = date(2026, 10, 31)
CUSTOMER = CUSTOMERS["3141592653"]


def test_a_query_is_taken_apart() -> None:
    query = parse(
        """
        select campaign.id, metrics.clicks  FROM campaign
        WHERE segments.date BETWEEN '2026-10-01' AND "2026-10-02"
          AND campaign.status != REMOVED
          AND campaign.name NOT LIKE 'it\\'s [%]%'
          AND campaign.id NOT IN (1, 2)
          AND campaign.labels CONTAINS ANY ('a', 'b')
          AND campaign.bidding_strategy IS NOT NULL
          AND segments.date DURING LAST_30_DAYS
        ORDER BY metrics.clicks DESC, campaign.id
        LIMIT 7 PARAMETERS include_drafts = true, omit_unselected_resource_names=FALSE
        """
    )
    one, two = Value(Kind.NUMBER, "1"), Value(Kind.NUMBER, "2")
    assert query.fields == ("campaign.id", "metrics.clicks")
    assert query.resource == "campaign"
    assert query.conditions == (
        Condition(
            "segments.date",
            "BETWEEN",
            (Value(Kind.STRING, "2026-10-01"), Value(Kind.STRING, "2026-10-02")),
        ),
        Condition("campaign.status", "!=", (Value(Kind.LITERAL, "REMOVED"),)),
        Condition("campaign.name", "NOT LIKE", (Value(Kind.STRING, "it's [%]%"),)),
        Condition("campaign.id", "NOT IN", (one, two)),
        Condition(
            "campaign.labels", "CONTAINS ANY", (Value(Kind.STRING, "a"), Value(Kind.STRING, "b"))
        ),
        Condition("campaign.bidding_strategy", "IS NOT NULL", ()),
        Condition("segments.date", "DURING", (Value(Kind.LITERAL, "LAST_30_DAYS"),)),
    )
    assert query.orderings == (Ordering("metrics.clicks", True), Ordering("campaign.id", False))  # noqa: FBT003 - a tuple's field
    assert query.limit == 7
    assert query.parameters == {
        "include_drafts": "true",
        "omit_unselected_resource_names": "false",
    }


def test_words_of_the_language_may_begin_a_name() -> None:
    query = parse("SELECT campaign.id FROM campaign ORDER BY campaign.inside, in.likely, limits.x")
    assert [one.field for one in query.orderings] == ["campaign.inside", "in.likely", "limits.x"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "EXPECTED_SELECT"),
        ("UPDATE campaign", "EXPECTED_SELECT"),
        ("SELECT * FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id, FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign WHERE", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign ORDER campaign.id", "EXPECTED_BY"),
        ("SELECT campaign.id FROM campaign LIMIT 0", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign LIMIT 1.5", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x", "STRING_NOT_TERMINATED"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 1 OR campaign.id = 2",
         "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign ORDER BY campaign.id WHERE campaign.id = 1",
         "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign;", "UNEXPECTED_INPUT"),
    ],
)  # fmt: skip
def test_what_is_no_gaql_is_refused_by_googles_names(text: str, name: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(text)
    assert (caught.value.family, caught.value.name) == ("queryError", name)


DATES = "segments.date BETWEEN '2026-10-01' AND '2026-10-02'"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SELECT campaign.id", "EXPECTED_FROM"),
        ("SELECT campaign.id FROM campaigns", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.colour FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT metrics.video_views FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign WHERE ad_group.id = 1",
         "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"),
        ("SELECT segments.hour, metrics.clicks FROM keyword_view",
         "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT metrics.impressions FROM click_view WHERE segments.date = '2026-10-01'",
         "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT metrics.clicks, segments.conversion_action FROM campaign",
         "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.device = MOBILE",
         "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign ORDER BY metrics.clicks",
         "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT segments.date, metrics.clicks FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT segments.date, metrics.clicks FROM campaign WHERE segments.date >= '2026-10-01'",
         "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT click_view.gclid FROM click_view", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = ON", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 'x'", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id LIKE '1%'",
         "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.labels = 'x'",
         "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name CONTAINS ANY ('x')",
         "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()",
         "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date = 'soon'",
         "INVALID_DATE_FORMAT"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date DURING LAST_99_DAYS",
         "INVALID_VALUE_WITH_DURING_OPERATOR"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.week = '2026-10-01'",
         "MISALIGNED_DATE_FOR_FILTER"),
        ("SELECT campaign.id FROM campaign ORDER BY campaign.labels",
         "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE"),
        ("SELECT campaign.id FROM campaign PARAMETERS verbose=true", "BAD_PARAMETER_NAME"),
        ("SELECT campaign.id FROM campaign PARAMETERS include_drafts=maybe",
         "BAD_PARAMETER_VALUE"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_by_googles_names(text: str, name: str) -> None:
    with pytest.raises(ApiError) as caught:
        check(parse(text), CUSTOMER, TODAY)
    assert (caught.value.family, caught.value.name) == ("queryError", name)


def test_a_manager_has_no_metrics() -> None:
    text = f"SELECT metrics.clicks FROM customer WHERE {DATES}"  # noqa: S608 - no SQL
    with pytest.raises(ApiError, match="manager account") as caught:
        check(parse(text), MANAGER, TODAY)
    assert caught.value.name == "REQUESTED_METRICS_FOR_MANAGER"


def test_core_dates_may_filter_without_being_selected() -> None:
    text = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {DATES}"  # noqa: S608 - no SQL
    plan = check(parse(text), CUSTOMER, TODAY)
    assert plan.segments == []


@pytest.mark.parametrize(
    ("name", "condition", "taken", "refused"),
    [
        ("campaign.name", "LIKE '%pmax%'", "IN_PMax_Shopping", "IN_Search"),
        ("campaign.name", "LIKE 'IN[_]%'", "IN_Search", "INxSearch"),
        ("campaign.name", "NOT LIKE 'IN%'", "US_Search", "in_search"),
        ("campaign.name", "REGEXP_MATCH 'IN.*'", "IN_x", "xIN"),
        ("campaign.name", "= 'a'", "a", "A"),
        ("campaign.name", "!= 'a'", None, "a"),
        ("campaign.name", "IS NULL", None, "a"),
        ("campaign.name", "IS NOT NULL", "a", None),
        ("campaign.id", "IN (1, '2')", 2, 3),
        ("campaign.id", "> 10", 11, None),
        ("metrics.ctr", "<= 0.5", 0.5, 0.51),
        ("customer.manager", "= FALSE", False, True),
        ("campaign.status", "IN ('ENABLED', PAUSED)", "PAUSED", "REMOVED"),
        ("campaign.labels", "CONTAINS ALL ('a', 'b')", ["a", "b", "c"], ["a"]),
        ("campaign.labels", "CONTAINS NONE ('a')", None, ["a"]),
        ("segments.date", "DURING LAST_7_DAYS", "2026-10-24", "2026-10-31"),
        ("segments.date", "= 20261031", "2026-10-31", "2026-10-30"),
        ("segments.date", "BETWEEN '2026-10-01' AND '2026-10-02'", "2026-10-02", "2026-10-03"),
        ("segments.year", ">= 2026", 2026, 2025),
    ],
)
def test_conditions_take_and_refuse(
    name: str, condition: str, taken: object, refused: object
) -> None:
    (parsed,) = parse(f"SELECT campaign.id FROM campaign WHERE {name} {condition}").conditions  # noqa: S608 - no SQL
    test = predicate(FIELDS[name], parsed, TODAY)
    assert test(taken)
    assert not test(refused)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("TODAY", "2026-10-31", "2026-10-31"),
        ("YESTERDAY", "2026-10-30", "2026-10-30"),
        ("LAST_30_DAYS", "2026-10-01", "2026-10-30"),
        ("THIS_MONTH", "2026-10-01", "2026-10-31"),
        ("LAST_MONTH", "2026-09-01", "2026-09-30"),
        ("LAST_WEEK_MON_SUN", "2026-10-19", "2026-10-25"),
        ("LAST_WEEK_SUN_SAT", "2026-10-18", "2026-10-24"),
        ("LAST_BUSINESS_WEEK", "2026-10-19", "2026-10-23"),
        ("THIS_WEEK_MON_TODAY", "2026-10-26", "2026-10-31"),
        ("THIS_WEEK_SUN_TODAY", "2026-10-25", "2026-10-31"),
    ],
)
def test_periods_are_googles(name: str, first: str, last: str) -> None:
    # 2026-10-31 is a Saturday.
    assert tuple(map(str, period(name, TODAY))) == (first, last)
