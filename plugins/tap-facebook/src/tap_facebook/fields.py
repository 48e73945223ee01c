"""The fields that are asked for, by what the API gives in them.

Names of the Marketing API v26.0, as PyPI's facebook-business 26 has them; a test compares.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What a field holds."""

    TEXT = "text"
    PART = "part of a key: text, `unknown` where there is none"
    TIME = "a time with its offset"
    DATE = "a day"
    INTEGER = "a whole number"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    OBJECT = "an object"
    LIST = "an array"


def _fields(**names: str) -> dict[str, Kind]:
    """Fields by kind, in the order of the kinds given."""
    return {name: Kind[kind.upper()] for kind, text in names.items() for name in text.split()}


ACCOUNT = _fields(
    part="id account_id",
    text=(
        "name currency timezone_name amount_spent balance spend_cap owner business_name"
        " business_city business_country_code business_state business_street business_street2"
        " business_zip end_advertiser end_advertiser_name io_number media_agency"
        " min_campaign_group_spend_cap partner"
    ),
    time="created_time",
    integer="account_status disable_reason timezone_id is_personal tax_id_status min_daily_budget",
    number="age timezone_offset_hours_utc",
    boolean=(
        "can_create_brand_lift_study has_migrated_permissions is_attribution_spec_system_default"
        " is_direct_deals_enabled is_notifications_enabled is_prepay_account is_tax_id_required"
        " offsite_pixels_tos_accepted"
    ),
    object="business",
    list="capabilities attribution_spec",
)
CAMPAIGN = _fields(
    part="account_id id",
    text=(
        "name objective buying_type status configured_status effective_status bid_strategy"
        " daily_budget lifetime_budget budget_remaining spend_cap primary_attribution"
        " smart_promotion_type source_campaign_id special_ad_category topline_id boosted_object_id"
    ),
    time="created_time updated_time start_time stop_time last_budget_toggling_time",
    boolean=(
        "budget_rebalance_flag can_create_brand_lift_study can_use_spend_cap"
        " has_secondary_skadnetwork_reporting is_skadnetwork_attribution"
        " is_adset_budget_sharing_enabled"
    ),
    object="promoted_object",
    list="adlabels pacing_type special_ad_categories special_ad_category_country issues_info",
)
ADSET = _fields(
    part="account_id id",
    text=(
        "campaign_id name status configured_status effective_status billing_event bid_strategy"
        " daily_budget lifetime_budget budget_remaining daily_min_spend_target daily_spend_cap"
        " lifetime_min_spend_target lifetime_spend_cap destination_type optimization_goal"
        " optimization_sub_event asset_feed_id campaign_attribution instagram_user_id"
        " multi_optimization_goal_weight rf_prediction_id source_adset_id"
    ),
    time="created_time updated_time start_time end_time",
    integer="bid_amount lifetime_imps",
    boolean="is_dynamic_creative recurring_budget_semantics use_new_app_click",
    object="bid_info learning_stage_info promoted_object targeting",
    list="adlabels attribution_spec pacing_type targeting_optimization_types issues_info",
)
AD = _fields(
    part="account_id id",
    text=(
        "campaign_id adset_id name status configured_status effective_status bid_type"
        " conversion_domain last_updated_by_app_id preview_shareable_link source_ad_id"
    ),
    time="created_time updated_time ad_active_time",
    integer="bid_amount",
    object="creative bid_info ad_review_feedback",
    list="adlabels conversion_specs tracking_specs recommendations issues_info",
)
CREATIVE = _fields(
    part="account_id id",
    text=(
        "name status title body actor_id applink_treatment authorization_category"
        " branded_content_sponsor_page_id bundle_folder_id call_to_action_type"
        " categorization_criteria category_media_source destination_set_id dynamic_ad_voice"
        " effective_authorization_category effective_instagram_media_id effective_object_story_id"
        " image_hash image_url instagram_permalink_url instagram_user_id"
        " link_destination_display_url link_og_id link_url messenger_sponsored_message object_id"
        " object_store_url object_story_id object_type object_url place_page_set_id"
        " playable_asset_id product_set_id source_instagram_media_id template_url thumbnail_id"
        " thumbnail_url url_tags video_id"
    ),
    boolean="enable_direct_install enable_launch_instant_app use_page_actor_override",
    object=(
        "asset_feed_spec call_to_action contextual_multi_ads degrees_of_freedom_spec"
        " object_story_spec platform_customizations template_url_spec"
    ),
    list="adlabels",
)
CUSTOM_CONVERSION = _fields(
    part="account_id id",
    text="name description custom_event_type rule aggregation_rule event_source_type",
    time="creation_time first_fired_time last_fired_time",
    integer="retention_days",
    number="default_conversion_value",
    boolean="is_archived is_unavailable",
    object="business pixel",
    list="data_sources",
)
# An edge's statuses: without them archived and deleted objects are left out.
STATUSES = {
    "campaign": ("ACTIVE", "ARCHIVED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES"),
    "adset": (
        "ACTIVE",
        "ARCHIVED",
        "CAMPAIGN_PAUSED",
        "DELETED",
        "IN_PROCESS",
        "PAUSED",
        "WITH_ISSUES",
    ),
    "ad": (
        "ACTIVE",
        "ADSET_PAUSED",
        "ARCHIVED",
        "CAMPAIGN_PAUSED",
        "DELETED",
        "DISAPPROVED",
        "IN_PROCESS",
        "PAUSED",
        "PENDING_BILLING_INFO",
        "PENDING_REVIEW",
        "PREAPPROVED",
        "WITH_ISSUES",
    ),
}
LEVELS = ("account", "campaign", "adset", "ad")
# What describes a row of insights, by the level from which on the API has it.
_DESCRIPTIONS = {
    "account": _fields(text="account_name account_currency"),
    "campaign": _fields(text="campaign_name objective buying_type"),
    "adset": _fields(text="adset_name optimization_goal attribution_setting"),
    "ad": _fields(text="ad_name"),
}
_RANKINGS = _fields(text="quality_ranking engagement_rate_ranking conversion_rate_ranking")
_UNIQUE = frozenset(
    ["reach", "frequency", "cpp", "unique_clicks", "unique_ctr", "cost_per_unique_click"]
)
METRICS = _fields(
    text=(
        "impressions clicks spend reach frequency ctr cpc cpm cpp unique_clicks unique_ctr"
        " cost_per_unique_click inline_link_clicks inline_link_click_ctr"
        " cost_per_inline_link_click inline_post_engagement cost_per_inline_post_engagement"
        " social_spend"
    ),
    list=(
        "actions action_values cost_per_action_type conversions conversion_values"
        " outbound_clicks purchase_roas website_purchase_roas mobile_app_purchase_roas"
        " video_play_actions video_thruplay_watched_actions video_30_sec_watched_actions"
        " video_p25_watched_actions video_p50_watched_actions video_p75_watched_actions"
        " video_p95_watched_actions video_p100_watched_actions video_avg_time_watched_actions"
    ),
)
# What a report may ask for beside or instead, by its member `fields`.
OPTIONAL = _fields(
    text=(
        "auction_bid auction_competitiveness auction_max_competitor_bid canvas_avg_view_percent"
        " canvas_avg_view_time cost_per_estimated_ad_recallers cost_per_unique_inline_link_click"
        " estimated_ad_recall_rate estimated_ad_recallers full_view_impressions full_view_reach"
        " instant_experience_clicks_to_open instant_experience_clicks_to_start"
        " qualifying_question_qualify_answer_rate unique_inline_link_click_ctr"
        " unique_inline_link_clicks unique_link_clicks_ctr"
    ),
    list=(
        "average_purchases_conversion_value catalog_segment_actions catalog_segment_value"
        " catalog_segment_value_mobile_purchase_roas catalog_segment_value_omni_purchase_roas"
        " catalog_segment_value_website_purchase_roas converted_product_quantity"
        " converted_product_value cost_per_15_sec_video_view cost_per_2_sec_continuous_video_view"
        " cost_per_ad_click cost_per_conversion cost_per_outbound_click cost_per_thruplay"
        " cost_per_unique_action_type cost_per_unique_outbound_click"
        " instant_experience_outbound_clicks outbound_clicks_ctr unique_actions"
        " unique_outbound_clicks unique_outbound_clicks_ctr video_15_sec_watched_actions"
        " video_continuous_2_sec_watched_actions video_play_curve_actions"
        " video_time_watched_actions website_ctr"
    ),
)
SELECTABLE = METRICS | _RANKINGS | OPTIONAL


def insight_fields(level: str, breakdowns: list[str], chosen: list[str] | None) -> dict[str, Kind]:
    """Return a report's fields: days and ids, descriptions, metrics; no breakdowns.

    Args:
        level: account, campaign, adset or ad.
        breakdowns: The report's.
        chosen: Metrics, of `SELECTABLE`, in place of the usual ones.
    """
    above = LEVELS[: LEVELS.index(level) + 1]
    fields = {"date_start": Kind.DATE, "date_stop": Kind.DATE}
    fields |= {f"{one}_id": Kind.PART for one in above}
    for one in above:
        fields |= _DESCRIPTIONS[one]
    if chosen is not None:
        return fields | {name: SELECTABLE[name] for name in chosen}
    if level == "ad" and not breakdowns:
        fields |= _RANKINGS
    # By the hour the API counts no people.
    by_hour = any(name.startswith("hourly_stats") for name in breakdowns)
    return fields | {
        name: kind for name, kind in METRICS.items() if not (by_hour and name in _UNIQUE)
    }
