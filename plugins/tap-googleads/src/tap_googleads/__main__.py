"""`python -m tap_googleads`."""

from __future__ import annotations

from tap_googleads.tap import TapGoogleAds

TapGoogleAds.main()
