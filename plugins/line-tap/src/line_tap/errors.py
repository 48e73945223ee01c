"""What can go wrong in any tap, as a person should read it."""

from __future__ import annotations


class TapError(Exception):
    """One sentence for the user: what failed, which setting or stream, what to do. Exit code 1."""


class ConfigError(TapError):
    """A setting is missing or wrong; the sentence names it."""


class GaveUpError(TapError):
    """A request failed for longer than it may."""


class OutputClosedError(TapError):
    """Nobody reads what the tap writes any more."""
