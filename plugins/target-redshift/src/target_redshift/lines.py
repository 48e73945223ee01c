"""The input: whole lines, in blocks, as bytes."""

import contextlib
import fcntl
import io
import os
import select
from collections.abc import Iterable, Iterator
from typing import IO

_BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_blocks(source: IO[str] | IO[bytes], *, wait_seconds: float = 1.0) -> Iterator[bytes]:
    """Yield the input in blocks of whole lines (see `join_lines`).

    Args:
        source: Where to read; if it is a file or a pipe, its descriptor is read.
        wait_seconds: An empty block comes when there was nothing to read for so long.
    """
    return join_lines(_read(source, wait_seconds))


def join_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks of whole lines, without a byte order mark and the end of each last line.

    Args:
        parts: What was read, cut anywhere; an empty part becomes an empty block.
    """
    waiting: list[bytes] = []
    is_first = True
    for part in parts:
        end = part.rfind(b"\n")
        if end < 0:
            waiting.append(part)
            if not part:
                yield b""
            continue
        block = b"".join((*waiting, part[:end]))
        waiting = [part[end + 1 :]]
        yield block.removeprefix(_BYTE_ORDER_MARK) if is_first else block
        is_first = False
    rest = b"".join(waiting)
    if rest:
        yield rest.removeprefix(_BYTE_ORDER_MARK) if is_first else rest


def _read(source: IO[str] | IO[bytes], wait_seconds: float) -> Iterator[bytes]:
    """Yield what there is to read, and nothing (an empty part) after each wait in vain."""
    try:
        descriptor = source.fileno()
    except (OSError, io.UnsupportedOperation):
        text = source.read()
        yield text.encode() if isinstance(text, str) else text
        return
    # A larger pipe lets the tap work on while a block is decoded; where it cannot be, no harm.
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _BLOCK_BYTES)
    while True:
        if not select.select([descriptor], [], [], wait_seconds)[0]:
            yield b""
        elif data := os.read(descriptor, _BLOCK_BYTES):
            yield data
        else:
            return
