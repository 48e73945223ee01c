"""change_status: the last change of each resource within the last 30 days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sandbox.googleads.check import Plan
from sandbox.googleads.failures import ApiError
from sandbox.googleads.inventory import Inventory, Item
from sandbox.googleads.source import Row
from sandbox.world.campaigns import Campaign
from sandbox.world.chance import Chance
from sandbox.world.days import FIRST_DAY

OLDEST = timedelta(days=30)
MOST_ROWS = 10_000
WHEN = "change_status.last_change_date_time"
# The ids of resource types in resource names.
_TYPE_IDS = {"CAMPAIGN": 5, "CAMPAIGN_BUDGET": 7, "AD_GROUP": 2}


def check_changes(plan: Plan, today: date) -> None:
    """Refuse a query without a finite range of the last 30 days, or without LIMIT."""
    conditions = [one for one in plan.query.conditions if one.field == WHEN]
    operators = {one.operator for one in conditions}
    between = operators & {"BETWEEN", "DURING", "="}
    if not between and not (operators & {">", ">="} and operators & {"<", "<="}):
        raise _refused(
            "CHANGE_DATE_RANGE_INFINITE",
            f"The change status search request must specify a finite range filter on {WHEN}.",
        )
    starts = [
        one.values[0].text for one in conditions if one.operator in (">", ">=", "BETWEEN", "=")
    ]
    if any(start[:10] < str(today - OLDEST) for start in starts):
        raise _refused(
            "START_DATE_TOO_OLD",
            "The start date of a change status search must be within the past 30 days.",
        )
    limit = plan.query.limit
    if limit is None:
        raise _refused("LIMIT_NOT_SPECIFIED", "The LIMIT clause must be specified.")
    if limit > MOST_ROWS:
        raise _refused("INVALID_LIMIT_CLAUSE", "The LIMIT clause must be at most 10000.")


def changes(inventory: Inventory) -> Iterator[Row]:
    """What was changed last, resource by resource."""
    for campaign in inventory.campaigns:
        above = inventory.campaign_item(campaign)
        days = inventory.budget_changes(campaign)
        operation = "CHANGED" if len(days) > 1 else "ADDED"
        for kind, day, what in (
            ("CAMPAIGN", FIRST_DAY, "ADDED"),
            ("CAMPAIGN_BUDGET", days[-1], operation),
        ):
            yield _row(inventory, above, campaign, kind, day, what, {})
    for ad in inventory.groups():
        item = inventory.ad_group_item(ad)
        group = {"ad_group": item["ad_group"]["resource_name"]}
        yield _row(inventory, item, ad.campaign, "AD_GROUP", FIRST_DAY, "ADDED", group)


def _row(  # noqa: PLR0913, PLR0917 - what a change is made of
    inventory: Inventory,
    above: Item,
    campaign: Campaign,
    kind: str,
    day: date,
    operation: str,
    names: dict[str, object],
) -> Row:
    chance = Chance(f"google|change|{campaign.campaign_id}|{kind}|{day}")
    at = datetime.combine(day, time(9), UTC) + timedelta(
        seconds=chance.between(0, 30_000), microseconds=chance.between(0, 999_999)
    )
    micros = int(at.timestamp()) * 1_000_000 + at.microsecond
    key = names.get("ad_group", campaign.campaign_id)
    customer = inventory.customer.resource_name
    names = {"campaign": above["campaign"]["resource_name"], **names}
    if kind == "CAMPAIGN_BUDGET":
        names = {"campaign_budget": above["campaign_budget"]["resource_name"]}
    status = {
        "resource_name": (
            f"{customer}/changeStatus/{micros}-{_TYPE_IDS[kind]}-{str(key).rpartition('/')[2]}"
        ),
        # In the customer's time zone, without saying so.
        "last_change_date_time": at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "resource_type": kind,
        "resource_status": operation,
        **names,
    }
    return Row({**above, "change_status": status})


def _refused(name: str, message: str) -> ApiError:
    return ApiError(400, "changeStatusError", name, message)
