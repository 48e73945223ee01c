"""The fields that are simulated: one a line, as `name TYPE`.

`ENUM:Type` names the enum; a star means repeated. Every field exists in v23 to v26: a test holds
the tables against google-ads' protos. What is listed but never filled in is unset here.
"""

CUSTOMER = """
resource_name RESOURCE_NAME
id INT64
descriptive_name STRING
currency_code STRING
time_zone STRING
manager BOOLEAN
test_account BOOLEAN
status ENUM:CustomerStatus
auto_tagging_enabled BOOLEAN
has_partners_badge BOOLEAN
tracking_url_template STRING
final_url_suffix STRING
optimization_score DOUBLE
optimization_score_weight DOUBLE
call_reporting_setting.call_reporting_enabled BOOLEAN
call_reporting_setting.call_conversion_reporting_enabled BOOLEAN
call_reporting_setting.call_conversion_action RESOURCE_NAME
conversion_tracking_setting.conversion_tracking_id INT64
conversion_tracking_setting.cross_account_conversion_tracking_id INT64
conversion_tracking_setting.conversion_tracking_status ENUM:ConversionTrackingStatus
conversion_tracking_setting.accepted_customer_data_terms BOOLEAN
conversion_tracking_setting.google_ads_conversion_customer RESOURCE_NAME
remarketing_setting.google_global_site_tag STRING
"""
CUSTOMER_CLIENT = """
resource_name RESOURCE_NAME
client_customer RESOURCE_NAME
id INT64
level INT64
manager BOOLEAN
hidden BOOLEAN
test_account BOOLEAN
descriptive_name STRING
currency_code STRING
time_zone STRING
status ENUM:CustomerStatus
applied_labels RESOURCE_NAME*
"""
CAMPAIGN = """
resource_name RESOURCE_NAME
id INT64
name STRING
status ENUM:CampaignStatus
serving_status ENUM:CampaignServingStatus
primary_status ENUM:CampaignPrimaryStatus
advertising_channel_type ENUM:AdvertisingChannelType
advertising_channel_sub_type ENUM:AdvertisingChannelSubType
bidding_strategy RESOURCE_NAME
bidding_strategy_type ENUM:BiddingStrategyType
bidding_strategy_system_status ENUM:BiddingStrategySystemStatus
campaign_budget RESOURCE_NAME
campaign_group RESOURCE_NAME
accessible_bidding_strategy RESOURCE_NAME
base_campaign RESOURCE_NAME
experiment_type ENUM:CampaignExperimentType
payment_mode ENUM:PaymentMode
ad_serving_optimization_status ENUM:AdServingOptimizationStatus
contains_eu_political_advertising ENUM:EuPoliticalAdvertisingStatus
start_date_time STRING
end_date_time STRING
labels RESOURCE_NAME*
tracking_url_template STRING
final_url_suffix STRING
optimization_score DOUBLE
network_settings.target_google_search BOOLEAN
network_settings.target_search_network BOOLEAN
network_settings.target_content_network BOOLEAN
network_settings.target_partner_search_network BOOLEAN
geo_target_type_setting.positive_geo_target_type ENUM:PositiveGeoTargetType
geo_target_type_setting.negative_geo_target_type ENUM:NegativeGeoTargetType
manual_cpc.enhanced_cpc_enabled BOOLEAN
maximize_conversions.target_cpa_micros INT64
maximize_conversion_value.target_roas DOUBLE
target_cpa.target_cpa_micros INT64
target_roas.target_roas DOUBLE
target_spend.cpc_bid_ceiling_micros INT64
shopping_setting.merchant_id INT64
shopping_setting.feed_label STRING
app_campaign_setting.app_id STRING
"""
CAMPAIGN_BUDGET = """
resource_name RESOURCE_NAME
id INT64
name STRING
amount_micros INT64
total_amount_micros INT64
status ENUM:BudgetStatus
delivery_method ENUM:BudgetDeliveryMethod
period ENUM:BudgetPeriod
type ENUM:BudgetType
explicitly_shared BOOLEAN
reference_count INT64
has_recommended_budget BOOLEAN
recommended_budget_amount_micros INT64
aligned_bidding_strategy_id INT64
"""
AD_GROUP = """
resource_name RESOURCE_NAME
id INT64
name STRING
status ENUM:AdGroupStatus
type ENUM:AdGroupType
primary_status ENUM:AdGroupPrimaryStatus
campaign RESOURCE_NAME
base_ad_group RESOURCE_NAME
ad_rotation_mode ENUM:AdGroupAdRotationMode
cpc_bid_micros INT64
cpm_bid_micros INT64
cpv_bid_micros INT64
effective_cpc_bid_micros INT64
target_cpa_micros INT64
target_cpm_micros INT64
target_roas DOUBLE
effective_target_cpa_micros INT64
effective_target_roas DOUBLE
labels RESOURCE_NAME*
tracking_url_template STRING
final_url_suffix STRING
"""
AD_GROUP_AD = """
resource_name RESOURCE_NAME
ad_group RESOURCE_NAME
status ENUM:AdGroupAdStatus
primary_status ENUM:AdGroupAdPrimaryStatus
ad_strength ENUM:AdStrength
labels RESOURCE_NAME*
policy_summary.approval_status ENUM:PolicyApprovalStatus
policy_summary.review_status ENUM:PolicyReviewStatus
ad.resource_name RESOURCE_NAME
ad.id INT64
ad.name STRING
ad.type ENUM:AdType
ad.final_urls STRING*
ad.final_mobile_urls STRING*
ad.display_url STRING
ad.device_preference ENUM:Device
ad.added_by_google_ads BOOLEAN
ad.tracking_url_template STRING
ad.final_url_suffix STRING
ad.responsive_search_ad.headlines MESSAGE*
ad.responsive_search_ad.descriptions MESSAGE*
ad.responsive_search_ad.path1 STRING
ad.responsive_search_ad.path2 STRING
ad.expanded_text_ad.headline_part1 STRING
ad.expanded_text_ad.headline_part2 STRING
ad.expanded_text_ad.description STRING
"""
AD_GROUP_CRITERION = """
resource_name RESOURCE_NAME
criterion_id INT64
display_name STRING
status ENUM:AdGroupCriterionStatus
type ENUM:CriterionType
negative BOOLEAN
ad_group RESOURCE_NAME
approval_status ENUM:AdGroupCriterionApprovalStatus
primary_status ENUM:AdGroupCriterionPrimaryStatus
system_serving_status ENUM:CriterionSystemServingStatus
bid_modifier DOUBLE
cpc_bid_micros INT64
effective_cpc_bid_micros INT64
effective_cpc_bid_source ENUM:BiddingSource
final_urls STRING*
final_url_suffix STRING
tracking_url_template STRING
labels RESOURCE_NAME*
keyword.text STRING
keyword.match_type ENUM:KeywordMatchType
age_range.type ENUM:AgeRangeType
gender.type ENUM:GenderType
quality_info.quality_score INT32
quality_info.creative_quality_score ENUM:QualityScoreBucket
quality_info.post_click_quality_score ENUM:QualityScoreBucket
quality_info.search_predicted_ctr ENUM:QualityScoreBucket
position_estimates.first_page_cpc_micros INT64
position_estimates.first_position_cpc_micros INT64
position_estimates.top_of_page_cpc_micros INT64
"""
SEARCH_TERM_VIEW = """
resource_name RESOURCE_NAME
ad_group RESOURCE_NAME
search_term STRING
status ENUM:SearchTermTargetingStatus
"""
GEOGRAPHIC_VIEW = """
resource_name RESOURCE_NAME
country_criterion_id INT64
location_type ENUM:GeoTargetingType
"""
USER_LOCATION_VIEW = """
resource_name RESOURCE_NAME
country_criterion_id INT64
targeting_location BOOLEAN
"""
ASSET_GROUP = """
resource_name RESOURCE_NAME
id INT64
name STRING
campaign RESOURCE_NAME
status ENUM:AssetGroupStatus
primary_status ENUM:AssetGroupPrimaryStatus
ad_strength ENUM:AdStrength
final_urls STRING*
final_mobile_urls STRING*
path1 STRING
path2 STRING
"""
CONVERSION_ACTION = """
resource_name RESOURCE_NAME
id INT64
name STRING
status ENUM:ConversionActionStatus
type ENUM:ConversionActionType
category ENUM:ConversionActionCategory
origin ENUM:ConversionOrigin
counting_type ENUM:ConversionActionCountingType
primary_for_goal BOOLEAN
include_in_conversions_metric BOOLEAN
owner_customer RESOURCE_NAME
click_through_lookback_window_days INT64
view_through_lookback_window_days INT64
phone_call_duration_seconds INT64
app_id STRING
mobile_app_vendor ENUM:MobileAppVendor
attribution_model_settings.attribution_model ENUM:AttributionModel
value_settings.default_value DOUBLE
value_settings.default_currency_code STRING
value_settings.always_use_default_value BOOLEAN
"""
CHANGE_STATUS = """
resource_name RESOURCE_NAME
last_change_date_time DATE
resource_type ENUM:ChangeStatusResourceType
resource_status ENUM:ChangeStatusOperation
campaign RESOURCE_NAME
campaign_budget RESOURCE_NAME
campaign_criterion RESOURCE_NAME
ad_group RESOURCE_NAME
ad_group_ad RESOURCE_NAME
ad_group_criterion RESOURCE_NAME
asset RESOURCE_NAME
asset_group RESOURCE_NAME
"""
CLICK_VIEW = """
resource_name RESOURCE_NAME
gclid STRING
ad_group_ad RESOURCE_NAME
campaign_location_target RESOURCE_NAME
keyword RESOURCE_NAME
keyword_info.text STRING
keyword_info.match_type ENUM:KeywordMatchType
user_list RESOURCE_NAME
page_number INT64
area_of_interest.city RESOURCE_NAME
area_of_interest.country RESOURCE_NAME
area_of_interest.metro RESOURCE_NAME
area_of_interest.most_specific RESOURCE_NAME
area_of_interest.region RESOURCE_NAME
location_of_presence.city RESOURCE_NAME
location_of_presence.country RESOURCE_NAME
location_of_presence.metro RESOURCE_NAME
location_of_presence.most_specific RESOURCE_NAME
location_of_presence.region RESOURCE_NAME
"""
ONLY_NAME = """
resource_name RESOURCE_NAME
"""
SEGMENTS = """
date DATE
week DATE
month DATE
quarter DATE
year INT32
day_of_week ENUM:DayOfWeek
month_of_year ENUM:MonthOfYear
hour INT32
device ENUM:Device
ad_network_type ENUM:AdNetworkType
click_type ENUM:ClickType
slot ENUM:Slot
conversion_action RESOURCE_NAME
conversion_action_name STRING
conversion_action_category ENUM:ConversionActionCategory
keyword.ad_group_criterion RESOURCE_NAME
keyword.info.text STRING
keyword.info.match_type ENUM:KeywordMatchType
search_term_match_type ENUM:SearchTermMatchType
"""
METRICS = """
impressions INT64
clicks INT64
interactions INT64
cost_micros INT64
conversions DOUBLE
conversions_value DOUBLE
all_conversions DOUBLE
all_conversions_value DOUBLE
view_through_conversions INT64
cross_device_conversions DOUBLE
ctr DOUBLE
average_cpc DOUBLE
average_cpm DOUBLE
average_cost DOUBLE
interaction_rate DOUBLE
interaction_event_types ENUM:InteractionEventType*
cost_per_conversion DOUBLE
cost_per_all_conversions DOUBLE
value_per_conversion DOUBLE
value_per_all_conversions DOUBLE
conversions_value_per_cost DOUBLE
all_conversions_value_per_cost DOUBLE
conversions_from_interactions_rate DOUBLE
all_conversions_from_interactions_rate DOUBLE
search_impression_share DOUBLE
search_budget_lost_impression_share DOUBLE
search_rank_lost_impression_share DOUBLE
search_top_impression_share DOUBLE
search_absolute_top_impression_share DOUBLE
top_impression_percentage DOUBLE
absolute_top_impression_percentage DOUBLE
"""
