"""HTTP for cursors: verbatim on the wire, absent from everything that may be logged.

CleverTap's cursors come percent-encoded, and one that is encoded again is refused. Both requests
and urllib3 normalise the URL they are given, and both show it in debug logs and exceptions. So the
cursor never is a part of that URL: it travels to the connection as a header that is not sent, and
is put into the request line there.
"""

# ruff: noqa: ANN401  # the signatures are requests' and urllib3's, passed on as they come
from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

CURSOR_HEADER = "X-Cursor-For-The-Request-Line"


class _CursorInRequestLine:
    """Mixed into urllib3's connections."""

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any
    ) -> None:
        """Send a request, its cursor (if any) moved from the headers to the request line."""
        sent = dict(headers or {})
        cursor = sent.pop(CURSOR_HEADER, None)
        target = url if cursor is None else f"{url}?cursor={cursor}"
        super().request(method, target, body, sent, **options)  # type: ignore[misc]  # a mixin


class _HTTPConnection(_CursorInRequestLine, HTTPConnection):
    pass


class _HTTPSConnection(_CursorInRequestLine, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class CursorAdapter(HTTPAdapter):
    """The requests adapter that knows `CURSOR_HEADER`, with and without a proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pool manager, with our connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """Make a proxy's pool manager, with our connections."""
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
