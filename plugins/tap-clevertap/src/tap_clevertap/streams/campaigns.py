"""Campaigns, and what each one reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_clevertap import schemas
from tap_clevertap.endpoints import CAMPAIGN_DAYS, campaign_result, campaigns
from tap_clevertap.errors import NoResultError
from tap_clevertap.records import Builder, Columns
from tap_clevertap.report_records import CampaignBuilder, CampaignReportBuilder
from tap_clevertap.slices import NoResult, split_days
from tap_clevertap.streams.base import SlicedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Tap

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.slices import Read, Remark


class CampaignsStream(SlicedStream):
    """`POST /1/targets/list.json`, window by window from the start date: all, on every run."""

    name = "campaigns"
    schema = schemas.CAMPAIGNS
    primary_keys = ("campaign_id",)
    columns = Columns("campaigns", tuple(schemas.CAMPAIGNS["properties"]))

    def plan(self) -> list[Slice]:
        """Return windows from the start date to today."""
        tap = self.tap
        return split_days(tap.settings.first_day, tap.account.last_day, CAMPAIGN_DAYS)

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield a window's campaigns."""
        yield msgspec.json.encode(campaigns(client, piece))

    def builder(self, read: Read) -> Builder:
        """Return what makes campaigns."""
        return CampaignBuilder(read)


class CampaignReportsStream(SlicedStream):
    """`POST /1/targets/result.json` for each campaign that may have changed since the last run."""

    name = "campaign_reports"
    schema = schemas.CAMPAIGN_REPORTS
    primary_keys = ("campaign_id",)
    bookmark_key = "to_date"
    columns = Columns("campaign_reports", tuple(schemas.CAMPAIGN_REPORTS["properties"]))

    def __init__(self, tap: Tap) -> None:
        super().__init__(tap)
        # Incremental by window; no property of a result tells the window.
        self.forced_replication_method = "INCREMENTAL"

    def plan(self) -> list[Slice]:
        """Return windows of scheduled days from the bookmark less 31 days to today."""
        first = self.first_day(CAMPAIGN_DAYS)
        return split_days(first, self.tap.account.last_day, CAMPAIGN_DAYS)

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield the results of a window's campaigns, each as a page of its own."""
        for campaign in campaigns(client, piece):
            campaign_id = campaign["id"]
            try:
                result = campaign_result(client, campaign_id)
            except NoResultError as error:
                yield NoResult(bytes(campaign_id).decode(), str(error))
            else:
                yield msgspec.json.encode([{"id": campaign_id, "result": result}])

    def builder(self, read: Read) -> Builder:
        """Return what makes results."""
        return CampaignReportBuilder(read)
