"""The streams: accounts, what belongs to them, and their reports."""
