"""CleverTap's REST API over the sandbox's world, with its limits and faults."""
