"""The Google Ads REST API over the sandbox's world, with its query language, limits and faults."""
