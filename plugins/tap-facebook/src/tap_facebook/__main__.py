"""`python -m tap_facebook`."""

from __future__ import annotations

from tap_facebook.tap import TapFacebook

TapFacebook.main()
