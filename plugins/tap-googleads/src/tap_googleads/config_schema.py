"""What the settings are, for Meltano and `--about`."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "oauth_credentials",
        th.ObjectType(
            th.Property(
                "client_id", th.StringType, description="The OAuth client's id.", title="Client id"
            ),
            th.Property(
                "client_secret",
                th.StringType,
                secret=True,
                description="The OAuth client's secret.",
                title="Client secret",
            ),
            th.Property(
                "refresh_token",
                th.StringType,
                secret=True,
                description="The refresh token of a user who may read the customers.",
                title="Refresh token",
            ),
            additional_properties=True,
        ),
        title="OAuth credentials",
        description="The login by a user's refresh token.",
    ),
    th.Property(
        "service_account",
        th.CustomType({"type": ["string", "object", "null"]}),
        secret=True,
        title="Service account",
        description=(
            "A service account's key file, its JSON as text: the login in place of "
            "oauth_credentials."
        ),
    ),
    th.Property(
        "service_account_file",
        th.StringType,
        title="Service account's file",
        description="Path of a service account's key file, in place of service_account.",
    ),
    th.Property(
        "developer_token",
        th.StringType,
        required=True,
        secret=True,
        title="Developer token",
        description="The developer token of the manager's API Center.",
    ),
    th.Property(
        "login_customer_id",
        th.StringType,
        title="Login customer id",
        description=(
            "The manager by which the customers are reached; without it they are asked directly."
        ),
    ),
    th.Property(
        "customer_ids",
        th.ArrayType(th.StringType),
        title="Customer ids",
        description=(
            "The customers to read, none of them a manager; without it, all enabled ones below "
            "login_customer_id."
        ),
    ),
    th.Property(
        "customer_id",
        th.StringType,
        title="Customer id",
        description="One customer to read, with or in place of customer_ids.",
    ),
    th.Property(
        "start_date",
        th.StringType,
        required=True,
        title="Start date",
        description="The first day to read where there is no state, YYYY-MM-DD.",
    ),
    th.Property(
        "end_date",
        th.StringType,
        title="End date",
        description="The last day to read, for backfills; without it, the customer's today.",
    ),
    th.Property(
        "custom_queries",
        th.ArrayType(
            th.ObjectType(
                th.Property("name", th.StringType, required=True, description="The stream's name."),
                th.Property("query", th.StringType, required=True, description="A GAQL query."),
                th.Property(
                    "add_date_filter_to_query",
                    th.BooleanType,
                    default=True,
                    description="Whether the days to read are put into its WHERE.",
                ),
                th.Property(
                    "primary_keys",
                    th.ArrayType(th.StringType),
                    description="Selected fields that make the key, with the customer's id.",
                ),
            )
        ),
        title="Custom queries",
        description=(
            "Queries of your own, a stream each: [{name, query, add_date_filter_to_query, "
            "primary_keys}]."
        ),
    ),
    th.Property(
        "enable_click_view_report_stream",
        th.BooleanType,
        default=False,
        title="Click view",
        description="Whether there is the stream click_view, which takes a request for each day.",
    ),
    th.Property(
        "api_version",
        th.StringType,
        default="v26",
        title="API version",
        description="Of the Google Ads API; v23 to v26 are known.",
    ),
    th.Property(
        "api_url",
        th.StringType,
        default="https://googleads.googleapis.com",
        title="API URL",
        description="The API's base URL.",
    ),
    th.Property(
        "token_uri",
        th.StringType,
        title="Token URI",
        description=(
            "Where access tokens come from; by default Google's, or what the service account's "
            "key file names."
        ),
    ),
    th.Property(
        "lookback_days",
        th.IntegerType(minimum=0),
        default=30,
        title="Look-back days",
        description=(
            "How many days before the last reading are read again: Google restates conversions "
            "for 30 days, for up to 90 where the conversion window is longer."
        ),
    ),
    th.Property(
        "on_customer_error",
        th.StringType,
        default="fail",
        allowed_values=["fail", "warn"],
        title="On a customer's error",
        description=(
            "What becomes of a run in which a customer could not be read: it fails when the "
            "others are read, or warns."
        ),
    ),
    th.Property(
        "request_timeout",
        th.NumberType(exclusive_minimum=0),
        default=300,
        title="Request time-out",
        description="Seconds to wait for an answer before the request is tried again.",
    ),
    th.Property(
        "max_retry_seconds",
        th.NumberType(minimum=0),
        default=900,
        title="Retry time",
        description="Seconds for which one failing request is tried again before the run fails.",
    ),
).to_dict()
