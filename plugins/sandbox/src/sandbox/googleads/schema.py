"""Which fields there are, and which of them go together."""

from dataclasses import dataclass
from functools import cached_property

from sandbox.googleads import attributes
from sandbox.googleads.enums import ENUMS

VERSIONS = (23, 24, 25, 26)
ATTRIBUTE, METRIC, SEGMENT = "ATTRIBUTE", "METRIC", "SEGMENT"
NUMERIC = ("INT32", "INT64", "DOUBLE")
CORE_DATES = tuple(f"segments.{name}" for name in ("date", "week", "month", "quarter", "year"))


@dataclass(frozen=True)
class Field:
    """A field as googleAdsFields describes it."""

    name: str
    category: str
    data_type: str
    enum: str | None
    repeated: bool

    @property
    def filterable(self) -> bool:
        """Tell whether WHERE takes it."""
        return self.data_type != "MESSAGE"

    @property
    def sortable(self) -> bool:
        """Tell whether ORDER BY takes it."""
        return self.filterable and not self.repeated

    @property
    def values(self) -> frozenset[str]:
        """The values of an enum."""
        return ENUMS[self.enum] if self.enum else frozenset()


def _read(prefix: str, table: str) -> list[Field]:
    category = {"metrics": METRIC, "segments": SEGMENT}.get(prefix, ATTRIBUTE)
    fields = []
    for line in table.split("\n"):
        if line:
            name, kind = line.split(" ")
            data_type, _, enum = kind.rstrip("*").partition(":")
            repeated = kind.endswith("*")
            fields.append(Field(f"{prefix}.{name}", category, data_type, enum or None, repeated))
    return fields


_TABLES = {
    "customer": attributes.CUSTOMER,
    "customer_client": attributes.CUSTOMER_CLIENT,
    "campaign": attributes.CAMPAIGN,
    "campaign_budget": attributes.CAMPAIGN_BUDGET,
    "ad_group": attributes.AD_GROUP,
    "ad_group_ad": attributes.AD_GROUP_AD,
    "ad_group_criterion": attributes.AD_GROUP_CRITERION,
    "keyword_view": attributes.ONLY_NAME,
    "search_term_view": attributes.SEARCH_TERM_VIEW,
    "geographic_view": attributes.GEOGRAPHIC_VIEW,
    "user_location_view": attributes.USER_LOCATION_VIEW,
    "age_range_view": attributes.ONLY_NAME,
    "gender_view": attributes.ONLY_NAME,
    "asset_group": attributes.ASSET_GROUP,
    "conversion_action": attributes.CONVERSION_ACTION,
    "change_status": attributes.CHANGE_STATUS,
    "click_view": attributes.CLICK_VIEW,
    "geo_target_constant": attributes.GEO_TARGET_CONSTANT,
}
FIELDS: dict[str, Field] = {
    field.name: field
    for prefix, table in (
        *_TABLES.items(),
        ("segments", attributes.SEGMENTS),
        ("metrics", attributes.METRICS),
    )
    for field in _read(prefix, table)
}


def _segments(*names: str) -> frozenset[str]:
    return frozenset(f"segments.{name}" for name in names)


def _metrics(*names: str) -> frozenset[str]:
    return frozenset(f"metrics.{name}" for name in names)


_DATES = (*(name.partition(".")[2] for name in CORE_DATES), "day_of_week", "month_of_year")
ACTIONS = _segments("conversion_action", "conversion_action_name", "conversion_action_category")
_USUAL = _segments(*_DATES, "device", "ad_network_type") | ACTIONS
_HOURLY = _USUAL | _segments("hour")
PLACES = _segments("geo_target_city", "geo_target_most_specific_location")
_KEYWORD = _segments("keyword.ad_group_criterion", "keyword.info.text", "keyword.info.match_type")
# Metrics that can be told apart by conversion action.
BY_ACTION = _metrics(
    "conversions",
    "conversions_value",
    "all_conversions",
    "all_conversions_value",
    "value_per_conversion",
    "value_per_all_conversions",
    "cross_device_conversions",
    "cross_device_conversions_value_micros",
    "current_model_attributed_conversions",
    "current_model_attributed_conversions_value",
    "view_through_conversions",
)
ALL_METRICS = frozenset(name for name in FIELDS if name.startswith("metrics."))
_SHARES = frozenset(name for name in ALL_METRICS if "impression_" in name)
_PLAIN = ALL_METRICS - _SHARES
_ACTION_METRICS = _metrics(
    "conversions", "conversions_value", "all_conversions", "all_conversions_value"
)


@dataclass(frozen=True)
class Resource:
    """What may stand in FROM, and what may be selected with it.

    Args:
        name: Its name.
        joined: Resources whose attributes may be selected too.
        segments: Segments that are there for it.
        metrics: Metrics that are there for it.
    """

    name: str
    joined: tuple[str, ...] = ()
    segments: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Attributes of this resource alone."""
        return frozenset(name for name in FIELDS if name.startswith(f"{self.name}."))

    def selectable_with(self) -> list[str]:
        """Resources, segments and metrics that go with it."""
        return sorted({*self.joined, *self.segments, *self.metrics})


_GROUPED = ("ad_group", "campaign", "customer")
RESOURCES = {
    resource.name: resource
    for resource in (
        Resource("customer", (), _HOURLY, ALL_METRICS),
        Resource("customer_client", ("customer",)),
        Resource("campaign", ("campaign_budget", "customer"), _HOURLY, ALL_METRICS),
        Resource("campaign_budget", ("customer",), _USUAL, _PLAIN),
        Resource("ad_group", ("campaign", "customer"), _HOURLY, ALL_METRICS),
        Resource("ad_group_ad", _GROUPED, _USUAL, _PLAIN),
        Resource("ad_group_criterion", _GROUPED),
        Resource("keyword_view", ("ad_group_criterion", *_GROUPED), _USUAL, ALL_METRICS),
        Resource(
            "search_term_view",
            ("ad_group_ad", *_GROUPED),
            _USUAL | _KEYWORD | _segments("search_term_match_type"),
            _PLAIN,
        ),
        Resource("geographic_view", _GROUPED, _USUAL | PLACES, _PLAIN),
        Resource("user_location_view", _GROUPED, _USUAL | PLACES, _PLAIN),
        Resource("age_range_view", ("ad_group_criterion", *_GROUPED), _USUAL, _PLAIN),
        Resource("gender_view", ("ad_group_criterion", *_GROUPED), _USUAL, _PLAIN),
        Resource("asset_group", ("campaign", "customer"), _USUAL, _PLAIN),
        Resource(
            "conversion_action",
            ("customer",),
            _segments(*_DATES) | ACTIONS,
            _ACTION_METRICS,
        ),
        Resource("geo_target_constant"),
        Resource("change_status", ("ad_group", "campaign", "customer")),
        Resource(
            "click_view",
            ("ad_group_ad", *_GROUPED),
            _segments("date", "device", "ad_network_type", "click_type", "slot", "month_of_year"),
            _metrics("clicks"),
        ),
    )
}


def prefix_of(name: str) -> str:
    """The first word of a field's name: its resource, `segments` or `metrics`."""
    return name.partition(".")[0]
