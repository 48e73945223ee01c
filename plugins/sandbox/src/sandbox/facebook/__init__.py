"""The Facebook Marketing API, simulated."""
