"""Identity for records that have none: the same in every run, whatever order pages come in."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

_DIGEST_BYTES = 16


def _number_as_written(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


# Floats keep their spelling: 1.10 is not rounded, and 1e400 is not infinity.
_decoder = msgspec.json.Decoder(float_hook=_number_as_written)
_encoder = msgspec.json.Encoder(order="sorted")


def canonical(raw: bytes) -> bytes:
    """Return JSON without spaces, its keys sorted, its numbers as they were written."""
    return _encoder.encode(_decoder.decode(raw))


def digest(*parts: bytes) -> blake2b:
    """Start the hash of a list of JSON values; it can take more."""
    return blake2b(b"[" + b",".join(parts) + b"]", digest_size=_DIGEST_BYTES)


def quoted(hashed: blake2b) -> bytes:
    """Return a hash as a JSON string."""
    return b'"%s"' % hashed.hexdigest().encode()


class Duplicates:
    """Counts equal digests of one slice, in some 20 bytes per digest.

    A set of a million digests would take 100 MB, so they lie side by side in bytearrays, one for
    each of the first two bytes.
    """

    def __init__(self) -> None:
        self._buckets: dict[bytes, bytearray] = {}
        self._repeated: dict[bytes, int] = {}

    def ordinal(self, digest: bytes) -> int:
        """Return how many times this digest was seen before, and count it."""
        bucket = self._buckets.get(digest[:2])
        if bucket is None:
            self._buckets[digest[:2]] = bytearray(digest)
            return 0
        if not _holds(bucket, digest):
            bucket += digest
            return 0
        times = self._repeated.get(digest, 0) + 1
        self._repeated[digest] = times
        return times


def _holds(bucket: bytearray, digest: bytes) -> bool:
    at = bucket.find(digest)
    while at % _DIGEST_BYTES and at != -1:  # a match across two neighbours is none
        at = bucket.find(digest, at + 1)
    return at != -1
