"""What taps share that write their records as lines of bytes, not by way of dicts."""
