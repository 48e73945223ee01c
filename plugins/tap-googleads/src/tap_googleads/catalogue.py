"""The built-in streams: what is asked of which resource, and what makes its key."""

from __future__ import annotations

from dataclasses import dataclass

_MONEY = ("cost_micros", "conversions", "conversions_value")
_METRICS = tuple(f"metrics.{name}" for name in ("impressions", "clicks", *_MONEY))
_ACTION_METRICS = tuple(
    f"metrics.{name}"
    for name in ("conversions", "conversions_value", "all_conversions", "all_conversions_value")
)
_ALL_CONVERSIONS = _ACTION_METRICS[2:]


@dataclass(frozen=True, slots=True)
class Report:
    """A stream of one query.

    Attributes:
        name: The stream's name.
        resource: What stands in FROM.
        fields: What is selected.
        keys: Those of them that make the key, with the customer.
        condition: A condition in WHERE.
        daily: Whether it is read by days (`segments.date` is then among the fields).
    """

    name: str
    resource: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    condition: str = ""
    daily: bool = False

    @property
    def query(self) -> str:
        """The query, without days."""
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"SELECT {', '.join(self.fields)} FROM {self.resource}{where}"  # noqa: S608  # no SQL


def _entity(name: str, resource: str, keys: str, attributes: str, condition: str = "") -> Report:
    fields = (*keys.split(), *attributes.split())
    return Report(name, resource, fields, tuple(keys.split()), condition)


def _daily(
    name: str,
    resource: str,
    keys: str = "",
    attributes: str = "",
    metrics: tuple[str, ...] = (*_METRICS, *_ALL_CONVERSIONS),
) -> Report:
    key = ("segments.date", *keys.split())
    account = ("customer.id", "customer.currency_code")
    fields = (*account, *key, *attributes.split(), *metrics)
    return Report(name, resource, fields, key, daily=True)


_CAMPAIGN = "campaign.name campaign.status campaign.advertising_channel_type"
_GROUP = "campaign.id ad_group.id"
_NAMES = "campaign.name ad_group.name"

CUSTOMERS = _entity(
    "customers",
    "customer",
    "customer.id",
    """customer.resource_name customer.descriptive_name customer.currency_code customer.time_zone
    customer.manager customer.test_account customer.status customer.auto_tagging_enabled
    customer.optimization_score customer.tracking_url_template customer.final_url_suffix
    customer.conversion_tracking_setting.conversion_tracking_id
    customer.conversion_tracking_setting.conversion_tracking_status""",
)
HIERARCHY = _entity(
    "customer_hierarchy",
    "customer_client",
    "customer_client.id",
    """customer_client.resource_name customer_client.client_customer customer_client.level
    customer_client.manager customer_client.hidden customer_client.test_account
    customer_client.descriptive_name customer_client.currency_code customer_client.time_zone
    customer_client.status""",
)
GEO_TARGETS = _entity(
    "geo_target_constants",
    "geo_target_constant",
    "geo_target_constant.id",
    """geo_target_constant.resource_name geo_target_constant.name
    geo_target_constant.country_code geo_target_constant.target_type
    geo_target_constant.status geo_target_constant.canonical_name""",
    "geo_target_constant.target_type = 'Country'",  # of some 100,000 places
)
CHANGES = _entity(
    "change_status",
    "change_status",
    "change_status.resource_name",
    """change_status.last_change_date_time change_status.resource_type
    change_status.resource_status change_status.campaign change_status.campaign_budget
    change_status.campaign_criterion change_status.ad_group change_status.ad_group_ad
    change_status.ad_group_criterion change_status.asset change_status.asset_group""",
)
ENTITIES = (
    CUSTOMERS,
    _entity(
        "campaigns",
        "campaign",
        "campaign.id",
        """campaign.resource_name campaign.name campaign.status campaign.serving_status
        campaign.primary_status campaign.advertising_channel_type
        campaign.advertising_channel_sub_type campaign.bidding_strategy_type
        campaign.campaign_budget campaign.start_date_time campaign.end_date_time
        campaign.experiment_type campaign.payment_mode campaign.labels
        campaign.tracking_url_template campaign.final_url_suffix campaign.optimization_score
        campaign.network_settings.target_google_search
        campaign.network_settings.target_search_network
        campaign.network_settings.target_content_network
        campaign.maximize_conversions.target_cpa_micros
        campaign.maximize_conversion_value.target_roas campaign.target_cpa.target_cpa_micros
        campaign.target_roas.target_roas campaign_budget.id campaign_budget.amount_micros
        customer.currency_code""",
    ),
    _entity(
        "campaign_budgets",
        "campaign_budget",
        "campaign_budget.id",
        """campaign_budget.resource_name campaign_budget.name campaign_budget.amount_micros
        campaign_budget.total_amount_micros campaign_budget.status
        campaign_budget.delivery_method campaign_budget.period campaign_budget.type
        campaign_budget.explicitly_shared campaign_budget.reference_count
        customer.currency_code""",
    ),
    _entity(
        "ad_groups",
        "ad_group",
        "ad_group.id",
        """ad_group.resource_name campaign.id ad_group.name ad_group.status ad_group.type
        ad_group.primary_status ad_group.campaign ad_group.ad_rotation_mode
        ad_group.cpc_bid_micros ad_group.effective_cpc_bid_micros
        ad_group.effective_target_cpa_micros ad_group.effective_target_roas ad_group.labels
        ad_group.tracking_url_template ad_group.final_url_suffix""",
    ),
    _entity(
        "ads",
        "ad_group_ad",
        "ad_group.id ad_group_ad.ad.id",
        """ad_group_ad.resource_name campaign.id ad_group_ad.status ad_group_ad.primary_status
        ad_group_ad.ad_strength ad_group_ad.labels ad_group_ad.policy_summary.approval_status
        ad_group_ad.policy_summary.review_status ad_group_ad.ad.name ad_group_ad.ad.type
        ad_group_ad.ad.final_urls ad_group_ad.ad.final_mobile_urls ad_group_ad.ad.display_url
        ad_group_ad.ad.tracking_url_template ad_group_ad.ad.final_url_suffix
        ad_group_ad.ad.responsive_search_ad.headlines
        ad_group_ad.ad.responsive_search_ad.descriptions
        ad_group_ad.ad.responsive_search_ad.path1 ad_group_ad.ad.responsive_search_ad.path2""",
    ),
    _entity(
        "keywords",
        "ad_group_criterion",
        "ad_group.id ad_group_criterion.criterion_id",
        """ad_group_criterion.resource_name campaign.id ad_group_criterion.keyword.text
        ad_group_criterion.keyword.match_type ad_group_criterion.status
        ad_group_criterion.negative ad_group_criterion.approval_status
        ad_group_criterion.primary_status ad_group_criterion.system_serving_status
        ad_group_criterion.cpc_bid_micros ad_group_criterion.effective_cpc_bid_micros
        ad_group_criterion.final_urls ad_group_criterion.labels
        ad_group_criterion.quality_info.quality_score
        ad_group_criterion.quality_info.creative_quality_score
        ad_group_criterion.quality_info.post_click_quality_score
        ad_group_criterion.quality_info.search_predicted_ctr""",
        "ad_group_criterion.type = 'KEYWORD'",
    ),
    _entity(
        "asset_groups",
        "asset_group",
        "campaign.id asset_group.id",
        """asset_group.resource_name asset_group.name asset_group.campaign asset_group.status
        asset_group.primary_status asset_group.ad_strength asset_group.final_urls
        asset_group.final_mobile_urls asset_group.path1 asset_group.path2""",
    ),
    _entity(
        "conversion_actions",
        "conversion_action",
        "conversion_action.id",
        """conversion_action.resource_name conversion_action.name conversion_action.status
        conversion_action.type conversion_action.category conversion_action.origin
        conversion_action.counting_type conversion_action.primary_for_goal
        conversion_action.include_in_conversions_metric conversion_action.owner_customer
        conversion_action.click_through_lookback_window_days
        conversion_action.view_through_lookback_window_days
        conversion_action.attribution_model_settings.attribution_model
        conversion_action.value_settings.default_value
        conversion_action.value_settings.default_currency_code""",
    ),
)
CLICKS = Report(
    "click_view",
    "click_view",
    (
        *("customer.id", "customer.currency_code", "segments.date", "click_view.gclid"),
        *("click_view.resource_name", "campaign.id", "ad_group.id", "click_view.ad_group_ad"),
        *("click_view.keyword", "click_view.keyword_info.text"),
        *("click_view.keyword_info.match_type", "click_view.page_number"),
        *("click_view.location_of_presence.country", "click_view.location_of_presence.city"),
        *("click_view.location_of_presence.most_specific", "segments.device"),
        *("segments.ad_network_type", "segments.click_type", "metrics.clicks"),
    ),
    ("segments.date", "click_view.gclid"),
    daily=True,
)
DAILY = (
    _daily("customer_performance", "customer"),
    _daily("campaign_performance", "campaign", "campaign.id", _CAMPAIGN),
    _daily("ad_group_performance", "ad_group", _GROUP, f"{_NAMES} ad_group.status"),
    _daily(
        "ad_performance",
        "ad_group_ad",
        f"{_GROUP} ad_group_ad.ad.id",
        f"{_NAMES} ad_group_ad.ad.name ad_group_ad.ad.type ad_group_ad.status",
    ),
    _daily(
        "keyword_performance",
        "keyword_view",
        f"{_GROUP} ad_group_criterion.criterion_id",
        f"{_NAMES} ad_group_criterion.keyword.text ad_group_criterion.keyword.match_type",
    ),
    _daily(
        "search_term_performance",
        "search_term_view",
        f"{_GROUP} search_term_view.search_term segments.search_term_match_type",
        f"{_NAMES} search_term_view.status",
    ),
    _daily(
        "geo_performance",
        "geographic_view",
        "campaign.id geographic_view.country_criterion_id geographic_view.location_type",
        "campaign.name",
    ),
    _daily(
        "age_performance",
        "age_range_view",
        f"{_GROUP} ad_group_criterion.criterion_id ad_group_criterion.age_range.type",
        _NAMES,
    ),
    _daily(
        "gender_performance",
        "gender_view",
        f"{_GROUP} ad_group_criterion.criterion_id ad_group_criterion.gender.type",
        _NAMES,
    ),
    _daily("device_performance", "campaign", "campaign.id segments.device", "campaign.name"),
    _daily(
        "asset_group_performance",
        "asset_group",
        "campaign.id asset_group.id",
        "campaign.name asset_group.name asset_group.status",
    ),
    _daily(
        "campaign_conversions",
        "campaign",
        "campaign.id segments.conversion_action",
        "campaign.name segments.conversion_action_name segments.conversion_action_category",
        _ACTION_METRICS,
    ),
)
