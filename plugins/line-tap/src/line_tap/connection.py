"""What a failed request is called."""

from __future__ import annotations

import re

import requests
import urllib3

TIME_OUT = "time-out"
CONNECTION = "connection"
_POOL = re.compile(r"^<?\w+\(.*?\)>?: ")  # urllib3 begins with the connection's repr


def kind_of(error: Exception) -> str:
    """Tell a request that took too long from one that broke."""
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError)
    return TIME_OUT if isinstance(error, timeouts) else CONNECTION


def reason_of(error: BaseException) -> str:
    """The innermost cause's words: the outer layers quote URLs and pool objects."""
    inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
    inner = getattr(inner, "reason", None) or inner or getattr(error, "reason", None)
    if isinstance(inner, BaseException) and inner is not error:
        return reason_of(inner)
    return _POOL.sub("", str(error.args[-1] if error.args else error))
