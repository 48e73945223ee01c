"""A request for insights, checked as the real API checks it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sandbox.facebook.breakdowns import HOURLY, check_breakdowns
from sandbox.facebook.columns import COLUMNS, default_fields
from sandbox.facebook.conversions import ACTION_COLUMNS
from sandbox.facebook.errors import INSIGHTS_REFERENCE, GraphError, not_simulated, one_of
from sandbox.facebook.filters import Filter, not_supported, parse_filters
from sandbox.facebook.names import VALUES, unknown
from sandbox.facebook.parameters import Parameters, chosen, parse_fields, words
from sandbox.facebook.periods import Period, periods
from sandbox.world.campaigns import Ad

LEVELS = ("account", "campaign", "adset", "ad")
# What can be asked of the objects themselves.
ENTITIES: Mapping[str, Callable[[Ad], object]] = {
    "campaign.id": lambda ad: ad.campaign.campaign_id,
    "campaign.name": lambda ad: ad.campaign.name,
    "campaign.objective": lambda ad: ad.campaign.objective,
    "adset.id": lambda ad: ad.ad_group_id,
    "adset.name": lambda ad: ad.ad_group_name,
    "ad.id": lambda ad: ad.ad_id,
    "ad.name": lambda ad: ad.ad_name,
    # Nothing was ever paused.
    **{
        f"{level}.{status}": lambda _: "ACTIVE"
        for level in ("campaign", "adset", "ad")
        for status in ("effective_status", "configured_status", "status")
    },
}


@dataclass(frozen=True)
class Query:
    """What is asked for: the rows of an object (of a kind) at a level.

    Attributes:
        kind: The object's own kind: account, campaign, adset or ad.
        node: Its id.
        level: What a row is about.
        fields: Fields of a row, in the order asked.
        breakdowns: Names of breakdowns.
        action_columns: What an element of a list of actions tells beside its type.
        windows: Attribution windows told beside the default.
        periods: Days of the rows.
        filters: What rows must fulfil.
        sort: Metric and whether it descends.
    """

    kind: str
    node: str
    level: str
    fields: tuple[str, ...]
    breakdowns: tuple[str, ...]
    action_columns: tuple[str, ...]
    windows: tuple[str, ...]
    periods: tuple[Period, ...]
    filters: tuple[Filter, ...]
    sort: tuple[tuple[str, bool], ...]

    @property
    def has_unique(self) -> bool:
        """Whether people are counted; by the hour they are not."""
        return HOURLY.isdisjoint(self.breakdowns)


def parse_query(parameters: Parameters, kind: str, node: str, today: date) -> Query:
    """Check a request for insights.

    Raises:
        GraphError: The real API would refuse it, or the sandbox cannot answer it.
    """
    level = (parameters.get("level") or kind).strip('"')
    if level not in LEVELS:
        raise one_of("level", VALUES["level"])
    _check_report_time(parameters)
    for name in ("summary", "default_summary"):
        if parameters.get(name, "false") not in ("", "false", "[]"):
            raise not_simulated(name)
    return Query(
        kind,
        node,
        level,
        _fields(parameters, level),
        check_breakdowns(words(parameters, "breakdowns")),
        _action_columns(parameters),
        tuple(
            chosen(parameters, "action_attribution_windows", VALUES["action_attribution_windows"])
        ),
        periods(parameters, today),
        tuple(_filters(parameters)),
        tuple(_sort(parameters)),
    )


def _action_columns(parameters: Parameters) -> tuple[str, ...]:
    """What actions are broken down by, beside their type."""
    wanted = chosen(parameters, "action_breakdowns", VALUES["action_breakdowns"])
    for name in wanted:
        if name != "action_type" and name not in ACTION_COLUMNS:
            raise not_simulated(f"action_breakdowns={name}")
    if wanted and "action_type" not in wanted:
        raise not_simulated("action_breakdowns without action_type")
    return tuple(name for name in wanted if name in ACTION_COLUMNS)


def _check_report_time(parameters: Parameters) -> None:
    word = (parameters.get("action_report_time") or "mixed").strip('"')
    if word not in VALUES["action_report_time"]:
        raise one_of("action_report_time", VALUES["action_report_time"])
    if word in ("conversion", "lifetime"):
        raise not_simulated(f"action_report_time={word}")


def _fields(parameters: Parameters, level: str) -> tuple[str, ...]:
    wanted = [field.name for field in parse_fields(parameters.get("fields"))]
    wrong = unknown("insights", wanted)
    if wrong:
        verb = "is" if len(wrong) == 1 else "are"
        raise GraphError(
            f"(#100) {', '.join(wrong)} {verb} not valid for fields param. please check "
            f"{INSIGHTS_REFERENCE} for all valid values"
        )
    if not wanted:
        return default_fields(level)
    return tuple(dict.fromkeys([*wanted, "date_start", "date_stop"]))


def _filters(parameters: Parameters) -> list[Filter]:
    found = list(parse_filters(parameters))
    for condition in found:
        field = condition.field
        if field not in ENTITIES and field.rpartition(".")[2] not in COLUMNS:
            raise not_supported(condition)
    return found


def _sort(parameters: Parameters) -> list[tuple[str, bool]]:
    found = []
    for word in words(parameters, "sort"):
        name, _, direction = word.rpartition("_")
        if direction not in ("ascending", "descending") or name not in COLUMNS:
            raise GraphError(f"(#100) sort {word} is not valid")
        found.append((name, direction == "descending"))
    return found
