"""Cursors: opaque, about 1.9 KB, and percent-encoded already when they are handed out.

All that a page needs stands in the cursor, so that it outlives a restart of the server and can be
asked again.
"""

import base64
import binascii
import hashlib
from datetime import date
from urllib.parse import quote, unquote_plus

import msgspec

_LENGTH = 1335
_MAGIC = b"CTSIM1"
# In base64 these bytes are "++++" and "////".
_AWKWARD = b"\xfb\xef\xbe\xff\xff\xff"


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reader stands.

    `created` and `issued` are epoch seconds of the chain's start and of this cursor; `clock` is
    the world's clock at the start, so that a chain shows one state of the events.
    """

    family: str
    event_name: str
    first: date
    last: date
    batch_size: int
    parts: tuple[str, ...]
    clock: date
    created: float
    issued: float
    page: int = 0


_decode = msgspec.json.Decoder(Cursor).decode


def write_cursor(cursor: Cursor) -> str:
    """The text of a cursor, percent-encoded."""
    payload = _MAGIC + msgspec.json.encode(cursor)
    payload += b" " * (-len(payload) % 3) + _AWKWARD
    # One byte more than a multiple of three makes base64 end in "==".
    padding = hashlib.shake_128(payload).digest(_LENGTH - len(payload) + 1)
    return quote(base64.b64encode(payload + padding).decode(), safe="")


def read_cursor(text: str) -> Cursor | None:
    """The cursor in a query string's raw text, or None when it is none of ours.

    One that was encoded twice is none of ours, as at CleverTap.
    """
    try:
        raw = base64.b64decode(unquote_plus(text), validate=True)
        if not raw.startswith(_MAGIC):
            return None
        return _decode(raw[len(_MAGIC) :].partition(_AWKWARD)[0])
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return None
