"""The loader, which kills itself before or after the n-th time that it takes a step.

Run as a program with the environment variable KILL, for example `copy after 2`. With EARLY it reads
a few lines at a time, and copies what it has while it reads on.
"""

from __future__ import annotations

import functools
import os
import signal
from typing import TYPE_CHECKING, Any

from redshift_connector.cursor import Cursor

from target_redshift import lines, s3_files, streams, target
from target_redshift.s3_client import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable

# What a statement of the step begins with.
STATEMENTS = {
    "begin": "begin",
    "lock": "lock",
    "stage": "create temp table",
    "copy": "copy",
    "delete": 'delete from "raw"."users"',
    "insert": 'insert into "raw"."users"',
    "bookmark": 'insert into "raw"."_sdc_bookmarks"',
    "commit": "commit",
}
STEPS = (*STATEMENTS, "upload", "clean-up", "state")


def main() -> None:
    step, when, number = os.environ["KILL"].split()
    count = 0

    def killing(act: Callable[..., Any], *, counts: Callable[..., bool]) -> Callable[..., Any]:
        @functools.wraps(act)
        def acting(*args: object) -> object:
            nonlocal count
            is_counted = counts(*args)
            count += is_counted
            if is_counted and count == int(number) and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = act(*args)
            if is_counted and count == int(number):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return acting

    def is_statement(_: object, operation: str, *__: object) -> bool:
        return operation.startswith(STATEMENTS[step])

    def is_always(*_: object) -> bool:
        return True

    if step in STATEMENTS:
        Cursor.execute = killing(Cursor.execute, counts=is_statement)  # type: ignore[method-assign]
    elif step == "upload":
        Bucket.put = killing(Bucket.put, counts=is_always)  # type: ignore[method-assign]
    elif step == "clean-up":
        Bucket.delete = killing(Bucket.delete, counts=is_always)  # type: ignore[method-assign]
    else:
        target._write_state = killing(target._write_state, counts=is_always)  # noqa: SLF001
    target.TargetRedshift.cli()


def read_little() -> None:
    s3_files._LEAST_BYTES = 0  # noqa: SLF001
    streams._BLOCK_BYTES = 1  # noqa: SLF001
    lines._BLOCK_BYTES = 1000  # noqa: SLF001


if __name__ == "__main__":
    if os.environ.get("EARLY"):
        read_little()
    main()
