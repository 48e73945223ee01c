"""Singer tap for Facebook Ads."""
