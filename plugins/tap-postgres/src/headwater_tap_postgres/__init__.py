"""The hub's tap-postgres with a bounded overlap between incremental reads."""
